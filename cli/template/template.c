/* template: JSON with places that leads fill in; see template.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/template/parts.h"
#include "cli/template/template.h"
#include "cli/template/trial.h"

static const char mark[] = "\xef\xbb\xbf"; /* that some editors put first */

static int
check_text(const char *text, size_t n, struct fault *why)
{
	if (n > TEMPLATE_SIZE_MAX)
		return fault_set(why, FAULT_SETUP, 0,
		    "a template has 64 KiB at most; make it shorter");
	if (!text_is_readable(text, n))
		return fault_set(why, FAULT_SETUP, 0,
		    "this is no plain text; save it as UTF-8");
	return 0;
}

static int
fill(struct template *t, const char *text, size_t n, int *line,
    struct fault *why)
{
	if (n >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0) {
		text += strlen(mark);
		n -= strlen(mark);
	}
	*line = 0;
	t->batch = PARTS_BATCH_MAX;
	if (check_text(text, n, why) == -1)
		return -1;
	if ((t->text = malloc(n + 1)) == NULL)
		return fault_memory(why);
	memcpy(t->text, text, n);
	return parts_read(t, n, line, why);
}

struct template *
template_read(const char *path, const char *text, size_t n, struct fault *f)
{
	struct template *t = calloc(1, sizeof(*t));
	struct fault why = {0};
	int line;

	if (t == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	t->path = strdup(path);
	if (t->path == NULL || fill(t, text, n, &line, &why) == 0) {
		if (t->path != NULL && trial_of_leads(t, f) == 0)
			return t;
		if (t->path == NULL)
			(void)fault_memory(f);
		template_close(t);
		return NULL;
	}
	if (why.kind == FAULT_MEMORY)
		(void)fault_take(f, &why);
	else if (line == 0)
		(void)fault_set(
		    f, FAULT_SETUP, 0, "%.200s: %s", path, why.text);
	else
		(void)fault_set(f, FAULT_SETUP, 0, "%.200s line %d: %s", path,
		    line, why.text);
	template_close(t);
	return NULL;
}

/* Append what is in the file, and one byte more than a template may have. */
static int
read_file(int fd, const char *path, struct bytes *b, struct fault *f)
{
	struct stat st;
	char block[4096];
	ssize_t n = 0;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return fault_set(f, FAULT_SETUP, 0,
		    "%s is not a plain file; put the template into one", path);
	while (b->len <= TEMPLATE_SIZE_MAX + sizeof(mark) &&
	       (n = read(fd, block, sizeof(block))) > 0)
		bytes_add(b, block, (size_t)n);
	if (n == -1)
		return fault_set(
		    f, FAULT_SETUP, errno, "can't read the template %s", path);
	return bytes_check(b, f);
}

struct template *
template_open(const char *path, struct fault *f)
{
	struct template *t = NULL;
	struct bytes b = {0};
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT) {
		(void)fault_set(f, FAULT_SETUP, 0,
		    "%s isn't there; copy a template to it (deploy/relay has "
		    "some)",
		    path);
		return NULL;
	}
	if (fd == -1) {
		(void)fault_set(f, FAULT_SETUP, errno,
		    "can't read the template; it must be readable for the "
		    "user that the relay runs as: %s",
		    path);
		return NULL;
	}
	if (read_file(fd, path, &b, f) == 0)
		t = template_read(path, b.len == 0 ? "" : b.data, b.len, f);
	(void)close(fd);
	bytes_free(&b);
	return t;
}

size_t
template_batch(const struct template *t)
{
	return t->batch;
}

void
template_close(struct template *t)
{
	if (t == NULL)
		return;
	free(t->list);
	free(t->text);
	free(t->path);
	free(t);
}
