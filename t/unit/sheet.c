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
	    "\"\"\"-5\"\"\",,'11-50,p,U,\"a b\",D,\"{\"\"new\"\":1}\"\r\n"
	    "2026-11-23 12:00:00,'1e5,'2026-04-09,,,,,,,,,,,,,,,,,,,,\r\n";
	struct record r = {.received = NOON, .id = "1e5", .id_len = 3};
	struct shape s = defaults();
	struct bytes b = {0};
	struct fault f = {0};
	struct leads leads = {0};

	(void)state;
	assert_int_equal(utc_zone("UTC", &f), 0);
	r.body = body;
	r.body_len = strlen(body);
	assert_int_equal(sheet_rows(&b, &s, &r, &leads, &f), 0);
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	assert_string_equal(b.data, expected);
	assert_int_equal(sheet_count_lines(b.data, b.len), 2);
	assert_int_equal(sheet_count_lines(NULL, 0), 0);
	bytes_free(&b);
	leads_free(&leads);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("the header is as the design says", header_is_as_designed),
	    TEST("a row is as the design says", row_is_as_designed),
	};

	return RUN(tests);
}
