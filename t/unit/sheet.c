#include "home.h"
#include "webhook/leads.h"

static struct shape
defaults(void)
{
	struct shape s;

	shape_defaults(&s);
	return s;
}

static void
header_is_as_designed(void **state)
{
	static const char expected[] =
	    "\xef\xbb\xbfreceived_at,delivery_id,timestamp,urn,full_name,"
	    "headline,company_name,job_title,location,linkedin_url,"
	    "engagement_type,signal_name,reaction_type,comment_text,"
	    "connections,followers,industry,company_size,post_id,post_url,"
	    "post_text,post_date,extra\r\n";
	struct shape s = defaults();
	struct bytes b = {0};

	(void)state;
	sheet_header(&b, &s);
	assert_int_equal(b.len, strlen(expected));
	assert_memory_equal(b.data, expected, b.len);
	s.bom = 0;
	s.ncolumns = 2;
	s.columns[0] = 3;
	s.columns[1] = 0;
	s.delimiter = ';';
	bytes_reset(&b);
	sheet_header(&b, &s);
	assert_int_equal(b.len, 17);
	assert_memory_equal(b.data, "urn;received_at\r\n", b.len);
	bytes_free(&b);
}

static void
row_is_as_designed(void **state)
{
	static const char body[] =
	    "{\"event\":\"lead.enriched\",\"timestamp\":\"2026-04-09\","
	    "\"data\":{\"leads\":[{\"urn\":\"u\",\"full_name\":\"=A\","
	    "\"connections\":-5,\"followers\":\"-5\",\"industry\":null,"
	    "\"company_size\":\"11-50\",\"post_id\":\"p\",\"new\":1},{}],"
	    "\"posts\":[{\"id\":\"p\",\"url\":\"U\",\"text\":\"a\\nb\","
	    "\"date\":\"D\"}]}}";
	static const char expected[] =
	    "2026-11-23 12:00:00,'1e5,'2026-04-09,u,'=A,,,,,,,,,,-5,"
	    "-5,,'11-50,p,U,\"a b\",D,\"{\"\"new\"\":1}\"\r\n"
	    "2026-11-23 12:00:00,'1e5,'2026-04-09,,,,,,,,,,,,,,,,,,,,\r\n";
	struct record r = {.received = NOON, .id = "1e5", .id_len = 3};
	struct shape s = defaults();
	struct bytes b = {0};
	struct fault f = {0};
	struct leads leads = {0};
	struct sheet_rows rows;

	(void)state;
	assert_int_equal(utc_zone("UTC", &f), 0);
	r.body = body;
	r.body_len = strlen(body);
	assert_int_equal(leads_read(&leads, r.body, r.body_len, &f), 0);
	sheet_rows_begin(&rows, &s, &r, &leads);
	assert_int_equal(sheet_rows_next(&rows, &b, SIZE_MAX, &f), 0);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, expected);
	assert_int_equal(sheet_count_lines(b.data, b.len), 2);
	assert_int_equal(sheet_count_lines(NULL, 0), 0);
	bytes_free(&b);
	leads_free(&leads);
}

/* The rows of a body, in a shape. */
static void
add_rows(struct bytes *b, const struct shape *s, const struct bytes *body)
{
	struct record r = {.received = NOON, .id = "id", .id_len = 2};
	struct leads leads = {.at = 0};
	struct fault f = {0};
	struct sheet_rows rows;

	r.body = body->data;
	r.body_len = body->len;
	assert_int_equal(leads_read(&leads, r.body, r.body_len, &f), 0);
	sheet_rows_begin(&rows, s, &r, &leads);
	assert_int_equal(sheet_rows_next(&rows, b, SIZE_MAX, &f), 0);
	leads_free(&leads);
}

/* A body with lead number n, or with all of those before it. */
static void
write_leads(struct bytes *body, size_t n, int alone)
{
	/* Posts come again, change, are absent, and are unknown. */
	static const char *const posts[] = {"\"p\"", "\"p\"", "\"q\"", "\"q\"",
	    "\"p\"", "null", "null", "\"x\"", "\"q\"", "\"x\"", "\"p\""};
	size_t i = alone ? n : 0;

	bytes_reset(body);
	bytes_adds(body, "{\"timestamp\":\"T;=\",\"data\":{\"leads\":[");
	for (; i < n + (size_t)alone; i++)
		bytes_printf(body,
		    "%s{\"urn\":\"u%zu\",\"post_id\":%s,\"followers\":%zu%s}",
		    alone || i == 0 ? "" : ",", i, posts[i % COUNT(posts)], i,
		    i % 3 == 0 ? ",\"new\":\"n\"" : "");
	bytes_adds(body,
	    "],\"posts\":[{\"id\":\"p\",\"url\":\"U\",\"text\":\"=T\","
	    "\"likes\":5},{\"id\":\"q\",\"text\":\"a,b\",\"date\":\"D\"}]}}");
}

/* A row is what it is alone, whatever stands above it and in which order. */
static void
rows_do_not_depend_on_each_other(void **state)
{
	struct bytes all = {0}, each = {0}, body = {0};
	struct shape s = defaults();
	struct fault f = {0};
	size_t turn, i, j;
	unsigned char c;

	(void)state;
	assert_int_equal(utc_zone("UTC", &f), 0);
	for (turn = 0; turn < 200; turn++) {
		s.delimiter = ",;|\t"[turn % 4];
		bytes_reset(&all);
		bytes_reset(&each);
		write_leads(&body, 25, 0);
		add_rows(&all, &s, &body);
		for (i = 0; i < 25; i++) {
			write_leads(&body, i, 1);
			add_rows(&each, &s, &body);
		}
		assert_int_equal(all.len, each.len);
		assert_memory_equal(all.data, each.data, all.len);
		/* Another order, and now and then a column less. */
		for (i = 0; i < s.ncolumns; i++) {
			j = (i * 7 + turn * 5) % s.ncolumns;
			c = s.columns[i];
			s.columns[i] = s.columns[j];
			s.columns[j] = c;
		}
		s.ncolumns = turn % 10 == 9 ? s.ncolumns - 1 : s.ncolumns;
	}
	bytes_free(&all);
	bytes_free(&each);
	bytes_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the header is as the design says", header_is_as_designed),
	    TEST("a row is as the design says", row_is_as_designed),
	    TEST("a row is the same alone and below others",
		rows_do_not_depend_on_each_other),
	};

	return RUN(tests);
}
