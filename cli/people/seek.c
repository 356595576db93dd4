/* seek: a person as someone tells who is meant; see seek.h. */
#include <string.h>
#include <strings.h>

#include "cli/export/pass.h"
#include "cli/people/seek.h"
#include "select/fold.h"

/* Pass over a beginning, in capitals or not. */
static void
skip(const char **s, size_t *n, const char *what)
{
	size_t len = strlen(what);

	if (*n < len || strncasecmp(*s, what, len) != 0)
		return;
	*s += len;
	*n -= len;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What of a URL tells profiles apart, with its letters as themselves. */
static void
write_url(struct bytes *b, const char *s, size_t n)
{
	size_t i;

	skip(&s, &n, "https://");
	skip(&s, &n, "http://");
	skip(&s, &n, "www.");
	for (i = 0; i < n && s[i] != '?' && s[i] != '#'; i++) {
		if (s[i] == '%' && i + 2 < n && digit(s[i + 1]) > -1 &&
		    digit(s[i + 2]) > -1) {
			bytes_addc(
			    b, (char)(digit(s[i + 1]) << 4 | digit(s[i + 2])));
			i += 2;
		} else {
			bytes_addc(b, s[i]);
		}
	}
	while (b->len > 0 && b->data[b->len - 1] == '/')
		b->len--;
}

int
seek_same_url(const char *s, size_t n, const char *t, size_t m, struct fault *f)
{
	struct bytes a = {0}, b = {0};
	int rc = -1;

	write_url(&a, s, n);
	write_url(&b, t, m);
	if (bytes_check(&a, f) == 0 && bytes_check(&b, f) == 0)
		rc = a.len > 0 && b.len > 0 &&
		     fold_equal(a.data, a.len, b.data, b.len);
	bytes_free(&a);
	bytes_free(&b);
	return rc;
}

/* Is it in the value of this field, or is it the value? */
static int
is_field(const struct seek *s, enum leads_field field, const struct value *v,
    struct fault *f)
{
	if (v->type == VALUE_NONE || v->len == 0)
		return 0;
	if (!s->whole && fold_find(v->data, v->len, s->text, s->len) != NULL)
		return 1;
	switch (field) {
	case LEADS_LINKEDIN_URL:
		/* Most texts are no URL, and to compare one costs. */
		return memchr(s->text, '/', s->len) == NULL
		           ? 0
		           : seek_same_url(v->data, v->len, s->text, s->len, f);
	case LEADS_URN:
		return v->len == s->len &&
		       memcmp(v->data, s->text, v->len) == 0;
	case LEADS_FULL_NAME:
		return s->whole && fold_equal(v->data, v->len, s->text, s->len);
	default:
		return 0;
	}
}

int
seek_finds(const struct seek *s, const struct pass_lead *l, struct fault *f)
{
	static const enum leads_field fields[] = {
	    LEADS_URN, LEADS_FULL_NAME, LEADS_COMPANY_NAME, LEADS_LINKEDIN_URL};
	struct value v;
	size_t i;
	int found = 0;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]) && found == 0; i++) {
		if (leads_value(l->leads, l->lead, fields[i], &v, f) == -1)
			return -1;
		found = is_field(s, fields[i], &v, f);
	}
	return found;
}
