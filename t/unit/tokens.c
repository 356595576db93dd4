#include "unit.h"

#include "select/tokens.h"

static void
texts_are_cut_into_words(void **state)
{
	static const char *const cases[][2] = {
	    {"Jane Smith", " jane smith"},
	    {"  SMÏTH, José-María!", " smith jose maria"},
	    {"Jose\xcc\x81", " jose"},
	    {"Müller Ångström", " muller angstrom"},
	    {"Łódź Ørsted", " lodz orsted"},
	    {"Straße ẞ", " strasse ss"},
	    {"İstanbul ısı", " istanbul isi"},
	    {"Ёлкина Й", " елкина й"},
	    {"Άννα", " αννα"},
	    {"王伟 wang", " 王 伟 wang"},
	    {"佐藤さん・カナ", " 佐 藤 さ ん カ ナ"},
	    {"สมชาย", " ส ม ช า ย"},
	    {"김민수", " 김민수"},
	    {"أحمد الحَسَن", " احمد الحسن"},
	    {"שָׁלוֹם", " שלום"},
	    {"शर्मा।", " शर्मा"},
	    {"Growth🚀👩🏽‍💻x", " growth 🚀 👩 💻 x"},
	    {"O'Neil o’neil", " o neil o neil"},
	    {"acme.com/x_y", " acme com x y"},
	    {"C++ C# F#, a+b +1 c+++ #tag", " c++ c# f# a b 1 c tag"},
	    {"Acme™ €5", " acme 5"},
	    {"ＡＣＭＥ　１", " acme 1"},
	    {"a\xff"
	     "b",
		" a b"},
	    {"\"a\" OR b*", " a or b"},
	    {"", ""},
	    {"!?", ""},
	};
	struct bytes b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		bytes_reset(&b);
		tokens_add(&b, cases[i][0], strlen(cases[i][0]));
		bytes_addc(&b, '\0');
		assert_false(b.failed);
		assert_string_equal(b.data, cases[i][1]);
	}
	bytes_free(&b);
}

static void
a_long_word_ends_somewhere(void **state)
{
	char word[1000];
	struct tokens t = {0};
	struct bytes b = {0};
	struct fault f = {0};

	(void)state;
	memset(word, 'a', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	tokens_add(&b, word, strlen(word));
	assert_int_equal(b.len, 1 + TOKENS_LETTERS);
	assert_int_equal(tokens_read(&t, word, &f), 0);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.list[0].len, TOKENS_LETTERS);
	assert_memory_equal(t.text.data + 1, b.data + 1, TOKENS_LETTERS);
	tokens_free(&t);
	bytes_free(&b);
}

/* The phrases, each in [], with * where it is a beginning. */
static void
what_is_looked_for_is_phrases(void **state)
{
	static const char *const cases[][2] = {
	    {"jane smi", "[jane*][smi*]"},
	    {"Jo Li", "[jo][li]"},
	    {"  a\tb\nc ", "[a][b][c]"},
	    {"\"Jane Smith\" x", "[jane smith][x]"},
	    {"\"Jane", "[jane]"},
	    {"acme.com", "[acme com]"},
	    {"C++", "[c++*]"},
	    {"王伟", "[王 伟]"},
	    {"Müller株式", "[muller 株 式]"},
	    {"a & b", "[a][b]"},
	    {"&", ""},
	    {"", ""},
	    {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18",
		"[1][2][3][4][5][6][7][8][9][10][11][12][13][14][15][16]"},
	};
	struct tokens t = {0};
	struct bytes b = {0};
	struct fault f = {0};
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		assert_int_equal(tokens_read(&t, cases[i][0], &f), 0);
		bytes_reset(&b);
		for (k = 0; k < t.n; k++)
			bytes_printf(&b, "[%.*s%s]", (int)t.list[k].len,
			    t.text.data + t.list[k].at,
			    t.list[k].begins ? "*" : "");
		bytes_addc(&b, '\0');
		assert_false(b.failed);
		assert_string_equal(b.data, cases[i][1]);
	}
	tokens_free(&t);
	bytes_free(&b);
}

static void
no_token_is_more_than_letters(void **state)
{
	struct bytes b = {0};
	unsigned char c;
	char text[4];
	uint32_t n;
	size_t i;

	(void)state;
	for (n = 0; n < 1 << 16; n++) {
		text[0] = (char)(n >> 8);
		text[1] = (char)n;
		text[2] = (char)(n * 7 + (n >> 3));
		bytes_reset(&b);
		tokens_add(&b, text, 3);
		for (i = 0; i < b.len; i++) {
			c = (unsigned char)b.data[i];
			if (c >= 0x80 || c == ' ' || (c >= 'a' && c <= 'z') ||
			    (c >= '0' && c <= '9'))
				continue;
			if ((c == '+' || c == '#') && i > 0 &&
			    b.data[i - 1] != ' ')
				continue;
			fail_msg("byte %d of a token is %#x", (int)i, c);
		}
	}
	bytes_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("texts of many scripts are cut into words",
		texts_are_cut_into_words),
	    TEST("a long word ends somewhere, on both sides",
		a_long_word_ends_somewhere),
	    TEST("what is looked for is phrases, all of them wanted",
		what_is_looked_for_is_phrases),
	    TEST("no token has what a query could take for more",
		no_token_is_more_than_letters),
	};

	return RUN(tests);
}
