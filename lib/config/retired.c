/* retired: the secrets that an endpoint accepted once; see retired.h. */
#include <string.h>
#include <sys/stat.h>

#include "base/appendfile.h"
#include "base/bytes.h"
#include "base/utc.h"
#include "config/retired.h"

#define RETIRED_MAX 64 /* so many are remembered, the newest */

#define FINGERPRINT_SIZE 17 /* hex digits and NUL */

struct retired {
	int64_t when;
	char fingerprint[FINGERPRINT_SIZE];
};

struct list {
	struct retired list[RETIRED_MAX];
	size_t n;
};

static int
make_fingerprint(
    const char *secret, char out[static FINGERPRINT_SIZE], struct fault *f)
{
	char sha256[SIGNATURE_SIZE];

	if (signature_sha256(secret, strlen(secret), sha256, f) == -1)
		return -1;
	memcpy(out, sha256, FINGERPRINT_SIZE - 1);
	out[FINGERPRINT_SIZE - 1] = '\0';
	return 0;
}

/* Another one; where there is no room the oldest goes. */
static void
add(struct list *l, int64_t when, const char *fingerprint)
{
	if (l->n == RETIRED_MAX)
		memmove(l->list, l->list + 1, --l->n * sizeof(l->list[0]));
	l->list[l->n].when = when;
	memcpy(l->list[l->n].fingerprint, fingerprint, FINGERPRINT_SIZE - 1);
	l->list[l->n++].fingerprint[FINGERPRINT_SIZE - 1] = '\0';
}

static void
take_away(struct list *l, const char *fingerprint)
{
	size_t i, kept = 0;

	for (i = 0; i < l->n; i++)
		if (strcmp(l->list[i].fingerprint, fingerprint) != 0)
			l->list[kept++] = l->list[i];
	l->n = kept;
}

/* A line is a time, a blank, and the digits; any other is passed over. */
static void
read_line(struct list *l, const char *line, size_t n)
{
	const size_t time = UTC_ISO_SIZE - 1, digits = FINGERPRINT_SIZE - 1;
	int64_t when;

	if (n == time + 1 + digits && utc_parse(line, time, &when) == 0 &&
	    line[time] == ' ' &&
	    strspn(line + time + 1, "0123456789abcdef") >= digits)
		add(l, when, line + time + 1);
}

static void
read_list(struct list *l, const struct endpoint *e)
{
	char path[PATH_MAX], text[8192], *line, *end;
	struct fault ignored = {0};
	struct appendfile *a;
	ssize_t n = 0;

	l->n = 0;
	endpoint_path(e, path, "retired");
	if ((a = appendfile_open(path, APPENDFILE_VIEW, &ignored)) == NULL)
		return;
	n = appendfile_read(a, text, sizeof(text) - 1, 0, &ignored);
	appendfile_close(a);
	text[n > 0 ? n : 0] = '\0';
	for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1)
		read_line(l, line, (size_t)(end - line));
}

static int
write_list(const struct list *l, const struct endpoint *e, struct fault *f)
{
	char path[PATH_MAX], next[PATH_MAX], iso[UTC_ISO_SIZE];
	struct bytes b = {0};
	struct appendfile *a;
	int torn, rc = -1;
	size_t i;

	for (i = 0; i < l->n; i++) {
		utc_iso(l->list[i].when, iso);
		bytes_printf(&b, "%s %s\n", iso, l->list[i].fingerprint);
	}
	endpoint_path(e, path, "retired");
	endpoint_path(e, next, "retired.new");
	if (bytes_check(&b, f) == -1 ||
	    (a = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL) {
		bytes_free(&b);
		return -1;
	}
	if (chmod(next, 0600) == -1)
		(void)fault_set(f, FAULT_STORAGE, 0, "can't write %s", next);
	else if (appendfile_write(a, &b, &torn, f) == 0)
		rc = 0;
	bytes_free(&b);
	if (rc == 0)
		return appendfile_publish(a, f);
	appendfile_discard(a);
	return -1;
}

int
retired_add(const struct endpoint *e, const struct signature_secrets *old,
    const struct signature_secrets *kept, int64_t now, struct fault *f)
{
	char fingerprint[FINGERPRINT_SIZE];
	struct list l, before;
	size_t i;

	read_list(&before, e);
	l = before;
	for (i = 0; i < old->n; i++) {
		if (make_fingerprint(old->list[i], fingerprint, f) == -1)
			return -1;
		take_away(&l, fingerprint);
		add(&l, now, fingerprint);
	}
	for (i = 0; i < kept->n; i++) {
		if (make_fingerprint(kept->list[i], fingerprint, f) == -1)
			return -1;
		take_away(&l, fingerprint);
	}
	if (l.n == before.n &&
	    memcmp(l.list, before.list, l.n * sizeof(l.list[0])) == 0)
		return 0;
	return write_list(&l, e, f);
}

int64_t
retired_when(const struct endpoint *e, const char *secret)
{
	char fingerprint[FINGERPRINT_SIZE] = "";
	struct fault ignored = {0};
	int64_t when = 0;
	struct list l;
	size_t i;

	if (secret != NULL &&
	    make_fingerprint(secret, fingerprint, &ignored) == -1)
		return 0;
	read_list(&l, e);
	for (i = 0; i < l.n; i++)
		if (l.list[i].when > when &&
		    (secret == NULL ||
			strcmp(l.list[i].fingerprint, fingerprint) == 0))
			when = l.list[i].when;
	return when;
}
