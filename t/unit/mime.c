#include "unit.h"

#include "base/utc.h"
#include "markup/mime.h"

/* 2026-12-01 06:00:00 UTC. */
#define WHEN (INT64_C(1796104800) * UTC_SECOND)

/* A mail of these; to has one address. */
static void
write_parts(struct bytes *out, const struct mime_mail *like, const char *text,
    const char *html)
{
	static const char *const to[] = {"anna@example.org"};
	struct mime_mail m = *like;
	struct bytes a = {0}, b = {0};
	struct fault f = {0};

	assert_int_equal(utc_zone("Europe/Berlin", &f), 0);
	bytes_adds(&a, text);
	bytes_adds(&b, html);
	m.text = &a;
	m.html = &b;
	if (m.to == NULL) {
		m.to = to;
		m.nto = 1;
	}
	mime_write(out, &m);
	bytes_addc(out, '\0');
	bytes_free(&a);
	bytes_free(&b);
	assert_false(out->failed);
}

static const struct mime_mail plain = {.from = "leads@example.org",
    .from_name = "leadsheet",
    .subject = "12 new leads",
    .date = WHEN,
    .id = "0123456789abcdef"};

/* The header with that name, with its further lines, is exactly this. */
static void
has_header(const struct mime_mail *m, const char *header)
{
	struct bytes b = {0};
	char want[4096];

	write_parts(&b, m, "", "");
	(void)snprintf(want, sizeof(want), "\n%s\n", header);
	if (strncmp(b.data, want + 1, strlen(want + 1)) != 0 &&
	    strstr(b.data, want) == NULL)
		assert_string_equal(b.data, want);
	bytes_free(&b);
}

static void
has_subject(const char *subject, const char *header)
{
	struct mime_mail m = plain;

	m.subject = subject;
	has_header(&m, header);
}

/* Of a text, what its part is. */
static void
has_text(const char *text, const char *quoted)
{
	struct bytes b = {0};
	const char *at;
	char *end;

	write_parts(&b, &plain, text, "");
	at = strstr(b.data, "quoted-printable\n\n");
	assert_non_null(at);
	at += strlen("quoted-printable\n\n");
	end = strstr(at, "\n--=_");
	assert_non_null(end);
	*end = '\0';
	assert_string_equal(at, quoted);
	bytes_free(&b);
}

static void
a_mail_is_its_header_and_two_parts(void **state)
{
	struct bytes b = {0};

	(void)state;
	write_parts(&b, &plain, "Hello\n", "<p>Hello\n");
	assert_string_equal(b.data,
	    "From: leadsheet <leads@example.org>\n"
	    "To: anna@example.org\n"
	    "Subject: 12 new leads\n"
	    "Date: Tue, 01 Dec 2026 07:00:00 +0100\n"
	    "Message-ID: <0123456789abcdef@example.org>\n"
	    "Auto-Submitted: auto-generated\n"
	    "MIME-Version: 1.0\n"
	    "Content-Type: multipart/alternative;\n"
	    " boundary=\"=_0123456789abcdef\"\n"
	    "\n"
	    "--=_0123456789abcdef\n"
	    "Content-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n"
	    "\n"
	    "Hello\n"
	    "\n"
	    "--=_0123456789abcdef\n"
	    "Content-Type: text/html; charset=utf-8\n"
	    "Content-Transfer-Encoding: quoted-printable\n"
	    "\n"
	    "<p>Hello\n"
	    "\n"
	    "--=_0123456789abcdef--\n");
	bytes_free(&b);
}

static void
the_date_is_in_the_zone_that_is_in_use(void **state)
{
	static const struct {
		const char *zone;
		int64_t when;
		const char *date;
	} cases[] = {
	    {"UTC", WHEN, "Tue, 01 Dec 2026 06:00:00 +0000"},
	    {"America/St_Johns", WHEN, "Tue, 01 Dec 2026 02:30:00 -0330"},
	    {"Asia/Kathmandu", WHEN, "Tue, 01 Dec 2026 11:45:00 +0545"},
	    {"Pacific/Kiritimati", WHEN, "Tue, 01 Dec 2026 20:00:00 +1400"},
	    {"Pacific/Honolulu", WHEN, "Mon, 30 Nov 2026 20:00:00 -1000"},
	    {"UTC", 0, "Thu, 01 Jan 1970 00:00:00 +0000"},
	    {"UTC", INT64_C(1835481599999999),
		"Tue, 29 Feb 2028 23:59:59 +0000"},
	};
	struct fault f = {0};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct mime_mail m = plain;
		struct bytes b = {0}, none = {0};

		m.to = &m.from;
		m.nto = 1;
		m.text = m.html = &none;
		m.date = cases[i].when;
		assert_int_equal(utc_zone(cases[i].zone, &f), 0);
		mime_write(&b, &m);
		bytes_addc(&b, '\0');
		assert_false(b.failed);
		assert_non_null(strstr(b.data, "\nDate: "));
		assert_memory_equal(strstr(b.data, "\nDate: ") + 7,
		    cases[i].date, strlen(cases[i].date));
		bytes_free(&b);
	}
}

static void
a_subject_in_any_script_is_encoded_words(void **state)
{
	(void)state;
	has_subject("J\xc3\xb6rg & 2 = 3?",
	    "Subject: =?UTF-8?Q?J=C3=B6rg_=26_2_=3D_3=3F?=");
	has_subject("\xf0\x9f\x91\x8b", "Subject: =?UTF-8?Q?=F0=9F=91=8B?=");
	/* What a reader of mail would take for an encoded word. */
	has_subject("=?x?=", "Subject: =?UTF-8?Q?=3D=3Fx=3F=3D?=");
	has_subject(" a", "Subject: =?UTF-8?Q?_a?=");
	has_subject("a ", "Subject: =?UTF-8?Q?a_?=");
	has_subject("\xff", "Subject: =?UTF-8?Q?=EF=BF=BD?=");
	has_subject("", "Subject:");
}

static void
a_long_subject_is_cut_between_characters(void **state)
{
	(void)state;
	has_subject("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
		    "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac",
	    "Subject: =?UTF-8?Q?=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC"
	    "=E2=82=AC?=\n"
	    " =?UTF-8?Q?=E2=82=AC=E2=82=AC?=");
	/* 67 fit behind the name; of the encoded words' lines 63. */
	has_subject("1234567890123456789012345678901234567890"
		    "123456789012345678901234567",
	    "Subject: 1234567890123456789012345678901234567890"
	    "123456789012345678901234567");
	has_subject("1234567890123456789012345678901234567890"
		    "1234567890123456789012345678",
	    "Subject: =?UTF-8?Q?1234567890123456789012345678901234567890"
	    "123456789012345?=\n"
	    " =?UTF-8?Q?6789012345678?=");
}

static void
nothing_begins_a_line_of_the_header(void **state)
{
	struct mime_mail m = plain;

	(void)state;
	has_subject("a\nBcc: x@example.net",
	    "Subject: =?UTF-8?Q?a_Bcc=3A_x=40example=2Enet?=");
	has_subject("a\r\n\r\n<p>", "Subject: =?UTF-8?Q?a____=3Cp=3E?=");
	has_subject("a\xe2\x80\xa8"
		    "b\xc2\x85"
		    "c\x7f"
		    "d",
	    "Subject: =?UTF-8?Q?a_b_c_d?=");
	m.from_name = "x\nTo: y\" <z@example.net>,";
	has_header(&m,
	    "From: =?UTF-8?Q?x_To=3A_y=22_=3Cz=40example=2Enet=3E=2C?=\n"
	    " <leads@example.org>");
}

static void
a_name_stands_before_the_address(void **state)
{
	struct mime_mail m = plain;

	(void)state;
	m.from_name = "";
	has_header(&m, "From: <leads@example.org>");
	m.from_name = "A, B";
	has_header(&m, "From: =?UTF-8?Q?A=2C_B?= <leads@example.org>");
	m.from_name = "Leads of \xce\xa9";
	has_header(&m, "From: =?UTF-8?Q?Leads_of_=CE=A9?= <leads@example.org>");
}

static void
several_addresses_are_folded_between_them(void **state)
{
	static const char *const to[] = {"anna@example.org", "bert@example.org",
	    "carla@example.org", "dora@example.org", "emil@example.org"};
	struct mime_mail m = plain;

	(void)state;
	m.to = to;
	m.nto = COUNT(to);
	has_header(&m,
	    "To: anna@example.org, bert@example.org, carla@example.org, "
	    "dora@example.org,\n"
	    " emil@example.org");
}

static void
a_part_is_quoted_printable(void **state)
{
	(void)state;
	has_text("", "");
	has_text("no end", "no end");
	has_text("a=b\n", "a=3Db\n");
	has_text("\xc3\xa9\n\n", "=C3=A9\n\n");
	has_text("blank \ntab\t\n a\tb\n", "blank=20\ntab=09\n a\tb\n");
	has_text("\r\n\x01\x7f\n", "=0D\n=01=7F\n");
}

static void
what_could_end_or_begin_a_mail_is_escaped(void **state)
{
	(void)state;
	has_text(".\n..\na.\n", "=2E\n=2E.\na.\n");
	has_text(
	    "From here\nFrom\n>From here\n", "=46rom here\nFrom\n>From here\n");
	has_text("1234567890123456789012345678901234567890"
		 "12345678901234567890123456789012345.From a\n",
	    "1234567890123456789012345678901234567890"
	    "12345678901234567890123456789012345=\n=2EFrom a\n");
	has_text("1234567890123456789012345678901234567890"
		 "12345678901234567890123456789012345From a\n",
	    "1234567890123456789012345678901234567890"
	    "12345678901234567890123456789012345=\n=46rom a\n");
}

static void
a_long_line_goes_on_in_the_next(void **state)
{
	(void)state;
	has_text("1234567890123456789012345678901234567890"
		 "123456789012345678901234567890123456\n",
	    "1234567890123456789012345678901234567890"
	    "123456789012345678901234567890123456\n");
	has_text("1234567890123456789012345678901234567890"
		 "1234567890123456789012345678901234567\n",
	    "1234567890123456789012345678901234567890"
	    "12345678901234567890123456789012345=\n67\n");
	/* No escape is cut, and no blank ends a line. */
	has_text("1234567890123456789012345678901234567890"
		 "123456789012345678901234567890123\xc3\xa9\n",
	    "1234567890123456789012345678901234567890"
	    "123456789012345678901234567890123=\n=C3=A9\n");
	has_text("1234567890123456789012345678901234567890"
		 "12345678901234567890123456789012345 \n",
	    "1234567890123456789012345678901234567890"
	    "12345678901234567890123456789012345=\n=20\n");
}

static void
an_address_is_local_at_domain(void **state)
{
	static const char *const good[] = {"a@b", "a@example.org",
	    "first.last+tag@mail.example.org", "o'neil_2@x-y.example", "{|}@b",
	    "1234567890123456789012345678901234567890"
	    "123456789012345678901234@b"};
	static const char *const bad[] = {"", "@", "a", "a@", "@b", "a@@b",
	    "a@b@c", ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b",
	    "a@b-", "a@b_c", "a b@c", " a@b", "a@b ", "a@b\n", "a\n@b",
	    "a@b,c@d", "\"a\"@b", "A <a@b>", "<a@b>", "a@[127.0.0.1]", "-a@b",
	    "/a@b", "|a@b", "a\x01@b", "\xc3\xa9@b", "a@\xc3\xa9",
	    "1234567890123456789012345678901234567890"
	    "1234567890123456789012345@b",
	    "a@1234567890123456789012345678901234567890"
	    "123456789012345678901234"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (!mime_is_address(good[i]))
			fail_msg("\"%s\" is refused", good[i]);
	for (i = 0; i < COUNT(bad); i++)
		if (mime_is_address(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
}

static void
an_address_has_254_characters_at_most(void **state)
{
	char s[300] = "a@";
	size_t i;

	(void)state;
	for (i = 2; i < 254; i++)
		s[i] = i % 50 == 0 ? '.' : 'x';
	assert_true(mime_is_address(s));
	s[254] = 'x';
	assert_false(mime_is_address(s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a mail is its header and two parts",
		a_mail_is_its_header_and_two_parts),
	    TEST("the date is in the zone that is in use",
		the_date_is_in_the_zone_that_is_in_use),
	    TEST("a subject in any script is encoded words",
		a_subject_in_any_script_is_encoded_words),
	    TEST("a long subject is cut between characters",
		a_long_subject_is_cut_between_characters),
	    TEST("nothing begins a line of the header",
		nothing_begins_a_line_of_the_header),
	    TEST("a name stands before the address",
		a_name_stands_before_the_address),
	    TEST("several addresses are folded between them",
		several_addresses_are_folded_between_them),
	    TEST("a part is quoted-printable", a_part_is_quoted_printable),
	    TEST("what could end or begin a mail is escaped",
		what_could_end_or_begin_a_mail_is_escaped),
	    TEST("a long line goes on in the next",
		a_long_line_goes_on_in_the_next),
	    TEST("an address is LOCAL@DOMAIN", an_address_is_local_at_domain),
	    TEST("an address has 254 characters at most",
		an_address_has_254_characters_at_most),
	};

	return RUN(tests);
}
