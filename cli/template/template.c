/* template: JSON with places that leads fill in; see template.h. */
#include <stdlib.h>

#include "cli/template/template.h"

struct template
{
	int is_there;
};

struct template *
template_open(const char *path, struct fault *f)
{
	(void)path;
	(void)fault_memory(f);
	return NULL;
}

struct template *
template_read(const char *path, const char *text, size_t n, struct fault *f)
{
	(void)path;
	(void)text;
	(void)n;
	(void)fault_memory(f);
	return NULL;
}

size_t
template_batch(const struct template *t)
{
	(void)t;
	return TEMPLATE_BATCH_MAX;
}

int
template_render(const struct template *t, const struct template_values *v,
    struct bytes *out, struct fault *f)
{
	(void)t;
	(void)v;
	bytes_adds(out, "{}");
	return bytes_check(out, f);
}

void
template_close(struct template *t)
{
	free(t);
}
