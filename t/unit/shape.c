#include "unit.h"

#include "base/bytes.h"
#include "config/shape.h"

static const char delimiters[] = {',', ';', '\t', '|'};

/* As text with a NUL behind it; good until the next call. */
static const char *
text_of(const struct shape *s)
{
	static char text[1024];
	struct bytes b = {0};

	shape_write(&b, s);
	assert_false(b.failed);
	assert_in_range(b.len, 1, sizeof(text) - 1);
	memcpy(text, b.data, b.len);
	text[b.len] = '\0';
	bytes_free(&b);
	return text;
}

static int
read_text(struct shape *s, const char *text)
{
	return shape_read(s, text, strlen(text));
}

static void
text_is_as_designed(void **state)
{
	struct shape s;

	(void)state;
	shape_defaults(&s);
	assert_string_equal(text_of(&s),
	    "{\"format\":\"csv\",\"delimiter\":\"comma\",\"bom\":true,"
	    "\"protect\":true,\"columns\":[\"received_at\",\"delivery_id\","
	    "\"timestamp\",\"urn\",\"full_name\",\"headline\","
	    "\"company_name\",\"job_title\",\"location\",\"linkedin_url\","
	    "\"engagement_type\",\"signal_name\",\"reaction_type\","
	    "\"comment_text\",\"connections\",\"followers\",\"industry\","
	    "\"company_size\",\"post_id\",\"post_url\",\"post_text\","
	    "\"post_date\",\"extra\"],\"timezone\":\"UTC\",\"rules\":1}");
	s.format = SHEET_TSV;
	s.delimiter = '\t';
	s.bom = s.protect = 0;
	s.columns[0] = 3;
	s.ncolumns = 1;
	(void)strcpy(s.timezone, "Europe/Berlin");
	s.rules = 20;
	assert_string_equal(text_of(&s),
	    "{\"format\":\"tsv\",\"delimiter\":\"tab\",\"bom\":false,"
	    "\"protect\":false,\"columns\":[\"urn\"],"
	    "\"timezone\":\"Europe/Berlin\",\"rules\":20}");
}

static void
check_way_back(const struct shape *s)
{
	struct shape back;
	const char *text = text_of(s);

	assert_int_equal(read_text(&back, text), 1);
	assert_true(shape_equal(s, &back));
	assert_true(shape_hash(s) == shape_hash(&back));
	assert_int_equal(back.rules, s->rules);
}

static void
way_back_is_exact(void **state)
{
	struct shape s;
	int i, k;

	(void)state;
	for (i = 0; i < 32; i++) {
		shape_defaults(&s);
		s.format = i % 2 == 0 ? SHEET_CSV : SHEET_TSV;
		s.delimiter = delimiters[i / 2 % 4];
		s.bom = i / 8 % 2;
		s.protect = i / 16;
		check_way_back(&s);
	}
	/* Every pair of columns, in either order. */
	for (i = 0; i < SHAPE_COLUMNS * SHAPE_COLUMNS; i++) {
		s.columns[0] = (unsigned char)(i % SHAPE_COLUMNS);
		s.columns[1] = (unsigned char)(i / SHAPE_COLUMNS);
		s.ncolumns = s.columns[0] == s.columns[1] ? 1 : 2;
		check_way_back(&s);
	}
	/* As many as there can be. */
	for (k = 0; k < SHAPE_COLUMNS_MAX; k++)
		s.columns[k] = (unsigned char)(k % SHAPE_COLUMNS);
	s.ncolumns = SHAPE_COLUMNS_MAX;
	check_way_back(&s);
	memset(s.timezone, 'a', sizeof(s.timezone) - 1);
	check_way_back(&s);
	s.rules = 999999999;
	check_way_back(&s);
}

#define BEGIN                                                                  \
	"{\"format\":\"csv\",\"delimiter\":\"comma\",\"bom\":true,"            \
	"\"protect\":true,\"columns\":["
#define END "],\"timezone\":\"UTC\",\"rules\":1}"

static void
other_texts_are_refused(void **state)
{
	static const char *const bad[] = {"", "{}", "null",
	    BEGIN "\"urn\"" END " ", BEGIN "\"urn\"" END "\n",
	    BEGIN "\"urn\"" END "}", " " BEGIN "\"urn\"" END, BEGIN END,
	    BEGIN "\"urn\"," END, BEGIN ",\"urn\"" END, BEGIN "\"\"" END,
	    BEGIN "urn" END, BEGIN "\"urn\", \"extra\"" END,
	    BEGIN "\"urn\"\"extra\"" END, BEGIN "\"u\\u0072n\"" END,
	    BEGIN "\"u\nrn\"" END, BEGIN "1" END,
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":01}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":-1}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":1.0}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":\"1\"}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":4294967297}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\",\"rules\":1,\"more\":1}",
	    BEGIN "\"urn\"],\"timezone\":\"UTC\"}",
	    BEGIN "\"urn\"],\"timezone\":\"\",\"rules\":1}",
	    BEGIN "\"urn\"],\"rules\":1,\"timezone\":\"UTC\"}",
	    /* 64 bytes: one too many. */
	    BEGIN "\"urn\"],\"timezone\":\"0123456789012345678901234567890123"
		  "456789012345678901234567890123\",\"rules\":1}",
	    "{\"format\":\"xls\",\"delimiter\":\"comma\",\"bom\":true,"
	    "\"protect\":true,\"columns\":[\"urn\"" END,
	    "{\"format\":\"csv\",\"delimiter\":\",\",\"bom\":true,"
	    "\"protect\":true,\"columns\":[\"urn\"" END,
	    "{\"format\":\"csv\",\"delimiter\":\"comma\",\"bom\":1,"
	    "\"protect\":true,\"columns\":[\"urn\"" END,
	    "{\"format\":\"csv\",\"delimiter\":\"comma\",\"bom\":true,"
	    "\"protect\":null,\"columns\":[\"urn\"" END,
	    "{\"delimiter\":\"comma\",\"format\":\"csv\",\"bom\":true,"
	    "\"protect\":true,\"columns\":[\"urn\"" END};
	const char *good = BEGIN "\"urn\"" END;
	struct shape s;
	size_t i;

	(void)state;
	assert_int_equal(read_text(&s, good), 1);
	for (i = 0; i < COUNT(bad); i++)
		if (read_text(&s, bad[i]) != 0)
			fail_msg("was read: %s", bad[i]);
	/* Cut short anywhere, and nothing behind the end is looked at. */
	for (i = 0; i < strlen(good); i++)
		assert_int_equal(shape_read(&s, good, i), 0);
	assert_int_equal(shape_read(&s, BEGIN "\"urn\"" END "}", i), 1);
}

static void
unknown_columns_seal(void **state)
{
	struct bytes b = {0};
	struct shape s;
	int i;

	(void)state;
	assert_int_equal(read_text(&s, BEGIN "\"urn\",\"shoe\"" END), 1);
	assert_int_equal(s.rules, 0);
	assert_int_equal(s.ncolumns, 1);
	assert_int_equal(read_text(&s, BEGIN "\"shoe\"" END), 1);
	assert_int_equal(s.rules, 0);
	/* More columns than a shape holds are not ours either. */
	bytes_adds(&b, BEGIN "\"urn\"");
	for (i = 0; i < SHAPE_COLUMNS_MAX; i++)
		bytes_adds(&b, ",\"urn\"");
	bytes_adds(&b, END);
	assert_false(b.failed);
	assert_int_equal(shape_read(&s, b.data, b.len), 1);
	assert_int_equal(s.rules, 0);
	assert_int_equal(s.ncolumns, SHAPE_COLUMNS_MAX);
	bytes_free(&b);
}

/* A shape that differs from the default's in one thing; 0 is the default's. */
static void
make_shape(int which, struct shape *s)
{
	shape_defaults(s);
	s->format = which == 1 ? SHEET_TSV : SHEET_CSV;
	s->delimiter = which >= 2 && which <= 4 ? delimiters[which - 1] : ',';
	s->bom = which != 5;
	s->protect = which != 6;
	if (which == 7 || which == 8)
		(void)strcpy(s->timezone, which == 7 ? "Asia/Tokyo" : "UT");
	if (which == 9)
		s->ncolumns--;
	if (which == 10) {
		s->columns[4] = 5;
		s->columns[5] = 4;
	}
	if (which == 11)
		s->rules = SHAPE_RULES + 1;
	if (which == 12)
		s->rules = SHAPE_RULES + 256;
}

static void
every_field_counts(void **state)
{
	struct shape a, b;
	int i, k;

	(void)state;
	for (i = 0; i <= 12; i++)
		for (k = 0; k <= 12; k++) {
			make_shape(i, &a);
			make_shape(k, &b);
			/* What is behind the last column and zone is nothing.
			 */
			memset(b.columns + b.ncolumns, 7,
			    sizeof(b.columns) - b.ncolumns);
			b.timezone[sizeof(b.timezone) - 1] = 'x';
			assert_int_equal(shape_equal(&a, &b), i == k);
			assert_int_equal(
			    shape_hash(&a) == shape_hash(&b), i == k);
		}
}

static void
columns_are_found(void **state)
{
	const char *name;
	int i;

	(void)state;
	for (i = 0; i < SHAPE_COLUMNS; i++) {
		name = shape_column_name(i);
		assert_int_equal(shape_column(name, strlen(name)), i);
	}
	assert_int_equal(shape_column("received_at", 11), 0);
	assert_int_equal(shape_column("extra", 5), SHAPE_COLUMNS - 1);
	assert_int_equal(shape_column("extra ", 6), -1);
	assert_int_equal(shape_column("ext", 3), -1);
	assert_int_equal(shape_column("", 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("each column is found by its whole name", columns_are_found),
	    TEST("the text is as the journal's format says",
		text_is_as_designed),
	    TEST("what was written is read as an equal shape",
		way_back_is_exact),
	    TEST("any other text is refused", other_texts_are_refused),
	    TEST("a column that isn't known seals the sheet",
		unknown_columns_seal),
	    TEST("shapes differ where any field does", every_field_counts),
	};

	return RUN(tests);
}
