/* fault: why something failed; see fault.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

/* A name from a file, or of one, is not to act on the terminal that it is on.
 */
static void
take_controls_out(char *s)
{
	unsigned char *p;

	for (p = (unsigned char *)s; *p != '\0'; p++)
		if (*p < ' ' || *p == 0x7f)
			*p = '?';
		else if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			p[0] = p[1] = '?'; /* C1 in UTF-8 */
}

int
fault_set(struct fault *f, enum fault_kind kind, int err, const char *fmt, ...)
{
	va_list ap;
	size_t used;
	int n;

	if (f->kind != FAULT_NONE)
		return -1;
	f->kind = err == ENOMEM ? FAULT_MEMORY : kind;
	f->err = err;
	va_start(ap, fmt);
	n = vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	if (n < 0)
		f->text[0] = '\0';
	used = strlen(f->text);
	if (err != 0)
		(void)snprintf(f->text + used, sizeof(f->text) - used, ": %s",
		    strerror(err));
	take_controls_out(f->text);
	return -1;
}

int
fault_memory(struct fault *f)
{
	return fault_set(f, FAULT_MEMORY, 0, "out of memory");
}

int
fault_take(struct fault *f, const struct fault *other)
{
	if (f->kind == FAULT_NONE)
		*f = *other;
	return -1;
}

void
fault_clear(struct fault *f)
{
	memset(f, 0, sizeof(*f));
}

int
fault_open(struct fault *f, const char *path, int reads, int err)
{
	struct stat st;
	int there = lstat(path, &st) == 0;

	if (err == ELOOP || err == EISDIR || err == ENXIO ||
	    (there && !S_ISREG(st.st_mode)))
		return fault_set(f, FAULT_STORAGE, 0,
		    "%s is not a plain file; move it away", path);
	if (err != EACCES || !there)
		return fault_set(f, FAULT_STORAGE, err, "can't open %s", path);
	if (st.st_uid == geteuid())
		return fault_set(f, FAULT_STORAGE, err,
		    "%s has the mode %04o; run \"chmod u+rw %s\"", path,
		    (unsigned)st.st_mode & 07777, path);
	if (reads)
		return fault_set(f, FAULT_STORAGE, err, "can't open %s", path);
	return fault_set(f, FAULT_STORAGE, err,
	    "%s belongs to another user; give it to the one that leadsheet "
	    "runs as, or move it away",
	    path);
}
