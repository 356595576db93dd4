/*
 * leadsheet.conf: all values have a meaning, whatever stands there, and what is
 * wrong is told in a sentence; comments, empty lines and the ends of lines
 * change nothing.
 */
#include "fuzz.h"

#include "base/utc.h"
#include "config/shape.h"
#include "config/settings.h"

/* 0, or -1 with what is wrong with one of its lines. */
static int
load(struct settings *s, const void *data, size_t n, struct fault *f)
{
	const char *path = in_tmp("leadsheet.conf");
	struct conf conf = {0};

	put_file(path, data, n);
	HOLDS((conf_read(&conf, path) == 0) == (conf.fault.kind == FAULT_NONE));
	HOLDS(!conf_changed(&conf, path));
	settings_of(s, &conf, path, "main");
	*f = s->wrong;
	conf_free(&conf);
	return f->kind == FAULT_NONE ? 0 : -1;
}

static void
check_shape(const struct shape *s)
{
	struct bytes text = {0};
	unsigned seen[SHAPE_COLUMNS] = {0};
	struct shape back;
	size_t i;

	HOLDS(strchr(",;|\t", s->delimiter) != NULL && s->delimiter != '\0');
	HOLDS(s->format == SHEET_CSV || s->delimiter == '\t');
	HOLDS(s->bom == 0 || s->bom == 1);
	HOLDS(s->protect == 0 || s->protect == 1);
	HOLDS(utc_zone_exists(s->timezone));
	HOLDS(s->ncolumns > 0 && s->ncolumns <= SHAPE_COLUMNS);
	for (i = 0; i < s->ncolumns; i++) {
		HOLDS(s->columns[i] < SHAPE_COLUMNS);
		HOLDS(seen[s->columns[i]]++ == 0);
	}
	shape_write(&text, s);
	HOLDS(!text.failed && memchr(text.data, '\n', text.len) == NULL);
	HOLDS(shape_read(&back, text.data, text.len) == 1);
	HOLDS(shape_equal(s, &back) && shape_hash(s) == shape_hash(&back));
	bytes_free(&text);
}

static void
check_values(const struct settings *s)
{
	HOLDS(s->max_body >= 1024 && s->max_body <= 1 << 30);
	HOLDS(s->lock_timeout >= UTC_SECOND &&
	      s->lock_timeout <= 300 * UTC_SECOND);
	HOLDS(s->quiet >= 0 && s->quiet <= 366 * 24 * 3600 * UTC_SECOND);
	HOLDS(s->require_https == 0 || s->require_https == 1);
	HOLDS(s->trust_forwarded_proto == 0 || s->trust_forwarded_proto == 1);
	check_shape(&s->shape);
}

/* The same file as another editor would have saved it. */
static void
check_as(const struct settings *first, int rc, const struct bytes *text)
{
	struct settings s;
	struct fault f;

	HOLDS(load(&s, text->data, text->len, &f) == rc);
	if (rc == -1)
		return;
	HOLDS(shape_equal(&s.shape, &first->shape));
	HOLDS(s.max_body == first->max_body &&
	      s.lock_timeout == first->lock_timeout &&
	      s.quiet == first->quiet &&
	      s.require_https == first->require_https &&
	      s.trust_forwarded_proto == first->trust_forwarded_proto);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes other = {0};
	struct settings s;
	struct fault f;
	size_t i;
	int rc = load(&s, data, n, &f);

	/* What is wrong is as good as not there. */
	check_values(&s);
	if (rc == -1)
		check_sentence(&f);
	bytes_adds(&other, "# a comment\n\n");
	for (i = 0; i < n; i++)
		bytes_addc(&other, (char)data[i]);
	bytes_adds(&other, "\n# a comment\n");
	/* A mark of UTF-8 is only at the start. */
	if (memchr(data, '\0', n) == NULL && memchr(data, 0xef, n) == NULL)
		check_as(&s, rc, &other);
	bytes_free(&other);
	return 0;
}
