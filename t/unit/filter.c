#include "unit.h"

#include "base/utc.h"
#include "select/column.h"
#include "select/filter.h"
#include "webhook/leads.h"

/* 2026-11-23T08:12:29Z */
#define THEN (INT64_C(1795421549) * UTC_SECOND)

static const char body[] =
    "{\"delivery_id\":\"d\",\"timestamp\":\"2026-04-09T12:34:56.5+00:00\","
    "\"data\":{\"leads\":[{\"urn\":\"007\",\"full_name\":\"Jörg Smith\","
    "\"company_name\":\"ACME Corp\",\"headline\":\"=x <y>\",\"location\":\"\","
    "\"job_title\":\"1.5\",\"connections\":2500,\"followers\":8.4e3,"
    "\"company_size\":\"201-500\",\"post_id\":\"p\"}],"
    "\"posts\":[{\"id\":\"p\",\"date\":\"2026-05-08T14:23:00.000Z\"}]}}";

/* Is that lead wanted by these conditions?  -2: one of them is none. */
static int
wants_by(const char *const *conditions, const char *text, size_t n)
{
	struct record r = {.kind = RECORD_LEADS,
	    .received = THEN,
	    .id = "d",
	    .id_len = 1,
	    .body = text,
	    .body_len = n};
	const struct endpoint e = {.name = "main"};
	struct filter filter = {.n = 0};
	struct leads leads = {.at = 0};
	struct fault f = {0};
	int rc = 0;

	for (; *conditions != NULL && rc == 0; conditions++)
		rc = filter_add(&filter, *conditions, 0, THEN, &f);
	if (rc == -1)
		return -2;
	assert_int_equal(leads_read(&leads, text, n, &f), 0);
	rc = filter_wants(&filter, &e, &r, &leads, 0, &f);
	leads_free(&leads);
	return rc;
}

static int
wants(const char *condition)
{
	const char *const conditions[] = {condition, NULL};

	return wants_by(conditions, body, sizeof(body) - 1);
}

static void
each_operator_holds_or_not(void **state)
{
	static const struct {
		const char *holds, *not ;
	} cases[] = {
	    /* Text. */
	    {"full_name=Jörg Smith", "full_name=jörg smith"},
	    {"full_name!=jörg smith", "full_name!=Jörg Smith"},
	    {"full_name~JÖRG", "full_name~jorg"},
	    {"full_name!~jorg", "full_name!~smith"},
	    {"company_name>acm", "company_name>b"},
	    {"company_name<B", "company_name<acme corp"},
	    {"company_name>=acme corp", "company_name>=acme corps"},
	    {"company_name<=acme corp", "company_name<=ACME"},
	    {"urn=007", "urn=7"},
	    {"urn>=7", "urn>7"},
	    {"job_title<1.50001", "job_title<1.49"},
	    /* Numbers. */
	    {"connections=2500", "connections=25"},
	    {"connections=2.5e3", "connections=2501"},
	    {"connections!=250", "connections!=2500.0"},
	    {"connections>999", "connections>2500"},
	    {"connections<10000", "connections<2500"},
	    {"connections>=2500", "connections>=2500.1"},
	    {"connections<=2500", "connections<=2499"},
	    {"connections~50", "connections~51"},
	    {"followers=8400", "followers=8400.1"},
	    {"followers>8399", "followers>1e99"},
	    /* Times. */
	    {"received_at=2026-11-23", "received_at=2026-11-22"},
	    {"received_at=2026-11", "received_at=2026-12"},
	    {"received_at=2026-11-23T08:12:29Z", "received_at=2026-11-23T09Z"},
	    {"received_at!=yesterday", "received_at!=today"},
	    {"received_at>2026-11-22", "received_at>2026-11-23"},
	    {"received_at<2026-11-24", "received_at<2026-11-23"},
	    {"received_at>=today", "received_at>=2026-11-24"},
	    {"received_at<=2026-11-23", "received_at<=yesterday"},
	    {"received_at~08:12", "received_at~08:13"},
	    {"timestamp=2026-04-09T12:34:56.5+00:00", "timestamp=2026-04-08"},
	    {"timestamp=2026-04-09 14:34+02:00", "timestamp=2026-04-09T12:35Z"},
	    {"post_date>=2026-05-08 14:23", "post_date>2026-05-08"},
	    {"post_date=2026-05-08T14:23:00Z", "post_date=2026-05-08T14:24Z"},
	    {"post_date!=soon", "post_date=soon"},
	    /* A company's size, all of it. */
	    {"company_size=201-500", "company_size=201"},
	    {"company_size>200", "company_size>201"},
	    {"company_size>=201", "company_size>=202"},
	    {"company_size<501", "company_size<500"},
	    {"company_size<=500", "company_size<=499"},
	    {"company_size~201", "company_size~11"},
	    /* Nothing. */
	    {" company_name = ACME Corp ", " company_name = ACME "},
	    {"location=", "location=x"},
	    {"location!=x", "location!="},
	    {"location!~x", "location~x"},
	    {"location!=x", "location<x"},
	    {"industry=", "industry>a"},
	    {"comment_text=", "comment_text!="},
	    /* What stands around, and begins with an operator. */
	    {"connections > 500", "connections < 500"},
	    {"full_name  !=  x", "full_name  ~  x"},
	    {"headline= =x <y>", "headline= =x"},
	    {"headline~ <Y", "headline~ <z"},
	    {"headline=\t=x <y>", "headline =\t<y>"},
	    {"endpoint=main", "endpoint=events"},
	    {"endpoint~MAI", "endpoint!=main"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		if (wants(cases[i].holds) != 1)
			fail_msg("\"%s\" doesn't hold: %d", cases[i].holds,
			    wants(cases[i].holds));
		if (wants(cases[i].not ) != 0)
			fail_msg("\"%s\" holds: %d", cases[i].not,
			    wants(cases[i].not ));
	}
}

static void
sizes_have_two_ends(void **state)
{
	static const struct {
		const char *size, *holds, *not ;
	} cases[] = {{"10,001+", "company_size>10000", "company_size>10001"},
	    {"10001+", "company_size>=10001", "company_size<99999999"},
	    {"1,001-5,000", "company_size<5001", "company_size<5000"},
	    {"1", "company_size<=1", "company_size>1"},
	    {"7 employees", "company_size=7 employees", "company_size>7"},
	    {"2-10", "company_size<11", "company_size>2"},
	    {"many", "company_size~MANY", "company_size>0"},
	    {"", "company_size=", "company_size<5"},
	    {"5-", "company_size=5-", "company_size>1"}};
	char text[128];
	const char *one[2] = {NULL, NULL};
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		n = snprintf(text, sizeof(text),
		    "{\"data\":{\"leads\":[{\"company_size\":\"%s\"}]}}",
		    cases[i].size);
		one[0] = cases[i].holds;
		if (wants_by(one, text, (size_t)n) != 1)
			fail_msg("%s: %s doesn't hold", cases[i].size, *one);
		one[0] = cases[i].not ;
		if (wants_by(one, text, (size_t)n) != 0)
			fail_msg("%s: %s holds", cases[i].size, *one);
	}
}

static void
of_equals_one_is_enough_and_the_others_all_hold(void **state)
{
	static const struct {
		const char *conditions[4];
		int wanted;
	} cases[] = {{{NULL}, 1}, {{"urn=1", "urn=007", NULL}, 1},
	    {{"urn=007", "urn=1", NULL}, 1}, {{"urn=1", "urn=2", NULL}, 0},
	    {{"urn=1", "urn=007", "full_name~x"}, 0},
	    {{"urn=007", "full_name~jö", "connections>1"}, 1},
	    {{"full_name~smith", "full_name~jones", NULL}, 0},
	    {{"urn!=1", "urn!=007", NULL}, 0}, {{"urn!=1", "urn!=2", NULL}, 1},
	    {{"connections>1", "connections<9", NULL}, 0},
	    {{"connections>1", "connections<9999", NULL}, 1},
	    {{"urn=1", "full_name=Jörg Smith", NULL}, 0},
	    {{"job_title=007", "urn=1.5", NULL}, 0}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		if (wants_by(cases[i].conditions, body, sizeof(body) - 1) !=
		    cases[i].wanted)
			fail_msg("%zu: %s ...", i, cases[i].conditions[0]);
}

static void
what_is_no_condition_is_told(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {{"urn", "write --only as FIELD=VALUE, or with another"},
	    {"", "write --only as"}, {"connections 500", "in quotes, as in"},
	    {"=x", "write --only as FIELD=VALUE"},
	    {"ur=x", "\"ur\"; did you mean urn?"},
	    {"name~x", "\"name\"; did you mean full_name?"},
	    {"company ~ x", "did you mean company_name?"},
	    {"zzzzzz>5", "followers, industry, company_size, post_id, "
			 "post_url, post_text, post_date, extra, endpoint)"},
	    {"first_seen>2026", "first_seen is of a person, and not of a lead; "
				"say --unique, or run \"leadsheet people\""},
	    {"urn==x", "there is no \"==\" for --only; write ="},
	    {"urn=~x", "write ~"}, {"urn:x", "write ="}, {"urn<>x", "write !="},
	    {"connections=>5", "write >="}, {"connections=<5", "write <="},
	    {"urn!x", "write !="},
	    {"urn~<x", "\"~<\" for --only; there are = != ~ !~ > < >= <=, and "
		       "a value that begins with one of these stands behind"},
	    {"urn~", "--only urn lacks a value"},
	    {"urn!~ ", "--only urn lacks a value"},
	    {"connections>", "--only connections lacks a value"},
	    {"connections>1,000", "connections is compared with a number, and "
				  "\"1,000\" is none; write one in digits"},
	    {"company_size<=50-200", "company_size is compared with a number"},
	    {"received_at=monday", "received_at is a time, and \"monday\" is "
				   "none; write it like 2026-11-23, 2026-"},
	    {"received_at!=", "received_at is a time"},
	    {"received_at>23.11.2026", "received_at is a time"},
	    {"post_date<x", "post_date is a time"}};
	struct filter filter = {.n = 0};
	struct fault f;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		fault_clear(&f);
		assert_int_equal(
		    filter_add(&filter, cases[i].text, 0, THEN, &f), -1);
		if (strstr(f.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].text, f.text);
		assert_int_equal(filter.n, 0);
	}
	fault_clear(&f);
	for (i = 0; i < FILTER_MAX; i++)
		assert_int_equal(filter_add(&filter, "urn=x", 0, THEN, &f), 0);
	assert_int_equal(filter_add(&filter, "urn=x", 0, THEN, &f), -1);
	assert_non_null(strstr(f.text, "can be given 16 times"));
}

/* What is known of a person. */
static int
person_value(void *fails, int column, struct sheet_value *v, struct fault *f)
{
	memset(v, 0, sizeof(*v));
	if (*(const int *)fails)
		return fault_memory(f);
	if (column == COLUMN_FIRST_SEEN || column == COLUMN_LAST_SEEN) {
		v->type = SHEET_TIME;
		v->time = column == COLUMN_LAST_SEEN
		              ? THEN
		              : THEN - INT64_C(86400) * UTC_SECOND;
		return 0;
	}
	v->type = column == COLUMN_ENGAGEMENTS ? SHEET_NUMBER : SHEET_STRING;
	v->data = column == COLUMN_ENGAGEMENTS ? "12"
	          : column == COLUMN_KINDS     ? "comment 2, reaction 10"
	                                       : "John Doe, Acme";
	v->len = strlen(v->data);
	return 0;
}

static void
people_are_picked_by_what_they_have_done(void **state)
{
	static const struct {
		const char *holds, *not ;
	} cases[] = {{"engagements>9", "engagements>12"},
	    {"engagements=12", "engagements=1"},
	    {"first_seen=yesterday", "first_seen=today"},
	    {"last_seen>=2026-11-23", "last_seen<2026-11-23"},
	    {"kinds~COMMENT", "kinds~repost"},
	    {"signals!~jane", "signals=John Doe"}};
	struct record r = {.kind = RECORD_LEADS,
	    .received = THEN,
	    .body = body,
	    .body_len = sizeof(body) - 1};
	const struct endpoint e = {.name = "main"};
	struct leads leads = {.at = 0};
	struct fault f = {0};
	struct filter filter;
	int no = 0, yes = 1;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		memset(&filter, 0, sizeof(filter));
		/* One of leads is not asked of the person. */
		assert_int_equal(filter_add(&filter, "urn=x", 1, THEN, &f), 0);
		assert_int_equal(
		    filter_add(&filter, cases[i].holds, 1, THEN, &f), 0);
		if (filter_wants_person(&filter, person_value, &no, &f) != 1)
			fail_msg("%s doesn't hold", cases[i].holds);
		filter.n = 0;
		assert_int_equal(
		    filter_add(&filter, cases[i].not, 1, THEN, &f), 0);
		if (filter_wants_person(&filter, person_value, &no, &f) != 0)
			fail_msg("%s holds", cases[i].not );
	}
	assert_int_equal(
	    filter_wants_person(&filter, person_value, &yes, &f), -1);
	assert_int_equal(f.kind, FAULT_MEMORY);
	fault_clear(&f);
	assert_int_equal(filter_add(&filter, "first_seen=x", 1, THEN, &f), -1);
	assert_non_null(strstr(f.text, "first_seen is a time, and \"x\""));
	fault_clear(&f);
	assert_int_equal(
	    filter_add(&filter, "engagements>many", 1, THEN, &f), -1);
	assert_non_null(
	    strstr(f.text, "engagements is compared with a number"));
	fault_clear(&f);
	/* Nor is one of people asked of a lead. */
	filter.n = 0;
	assert_int_equal(filter_add(&filter, "engagements>99", 1, THEN, &f), 0);
	assert_int_equal(leads_read(&leads, body, sizeof(body) - 1, &f), 0);
	assert_int_equal(filter_wants(&filter, &e, &r, &leads, 0, &f), 1);
	leads_free(&leads);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each operator holds, or doesn't, for each kind of column",
		each_operator_holds_or_not),
	    TEST(
		"a company's size is compared as a whole", sizes_have_two_ends),
	    TEST("of equals one is enough, of the others all must hold",
		of_equals_one_is_enough_and_the_others_all_hold),
	    TEST("people are picked by what they have done",
		people_are_picked_by_what_they_have_done),
	    TEST("what is no condition is told", what_is_no_condition_is_told),
	};

	return RUN(tests);
}
