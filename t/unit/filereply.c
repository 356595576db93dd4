#include "unit.h"

#include "page/files/filereply.h"
#include "page/page.h"

/* Who reads: so many bytes come through, then they are gone. */
struct door {
	struct bytes got;
	size_t patience;
};

static int
put(void *door, const char *data, size_t n)
{
	struct door *d = door;

	if (d->patience > 0 && d->got.len + n > d->patience)
		return -1;
	bytes_add(&d->got, data, n);
	return 0;
}

static struct door door;
static struct reply reply;
static struct page page;
static struct visit visit;
static struct viewing viewing;
static struct filereply file;

static int
begin(void **state)
{
	(void)state;
	memset(&door, 0, sizeof(door));
	memset(&viewing, 0, sizeof(viewing));
	page.home = "/home/of/leads";
	viewing.page = &page;
	viewing.visit = &visit;
	viewing.reply = &reply;
	viewing.language = "en";
	reply_start(&reply, put, &door);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	reply_free(&reply);
	bytes_free(&door.got);
	return 0;
}

/* As much as that goes into the sink.  0, or -1. */
static int
write_bytes(const struct sink *sink, size_t n, struct fault *f)
{
	struct bytes b = {0};
	int rc;

	if (bytes_reserve(&b, n) == 0) {
		memset(b.data, 'x', n);
		b.len = n;
	}
	rc = sink->write(sink->context, &b, f);
	if (rc == 0)
		assert_int_equal(b.len, 0);
	bytes_free(&b);
	return rc;
}

static int
says(const char *text)
{
	bytes_addc(&door.got, '\0');
	return !door.got.failed && strstr(door.got.data, text) != NULL;
}

static void
a_short_file_is_sent_whole_with_its_length(void **state)
{
	struct sink sink;
	struct fault f = {0};

	(void)state;
	sink = filereply_open(&file, &viewing, TABLE_CSV, "leads-2026-11-23");
	assert_int_equal(write_bytes(&sink, 3, &f), 0);
	assert_int_equal(write_bytes(&sink, 4, &f), 0);
	assert_int_equal(door.got.len, 0);
	reply_end(&reply);
	assert_true(says("\r\nContent-Length: 7\r\n"));
	assert_true(says("\r\nContent-Type: text/csv; charset=utf-8\r\n"));
	assert_true(says("\r\nContent-Disposition: attachment; "
			 "filename=\"leads-2026-11-23.csv\"\r\n"));
	assert_true(says("\r\n\r\nxxxxxxx"));
}

static void
a_long_file_is_sent_as_it_comes(void **state)
{
	struct sink sink;
	struct fault f = {0};
	size_t i;

	(void)state;
	sink = filereply_open(&file, &viewing, TABLE_JSONL, "");
	for (i = 0; i < 40; i++)
		assert_int_equal(write_bytes(&sink, 64 << 10, &f), 0);
	assert_true(reply.begun);
	/* Memory doesn't grow with it. */
	assert_true(reply.body.cap <= 512 << 10);
	assert_true(door.got.len > 40 * (64 << 10));
	reply_end(&reply);
	assert_false(says("Content-Disposition"));
}

static void
a_fault_before_anything_is_sent_can_be_answered(void **state)
{
	struct sink sink;
	struct fault f = {0};

	(void)state;
	sink = filereply_open(&file, &viewing, TABLE_CSV, "leads");
	assert_int_equal(write_bytes(&sink, 100, &f), 0);
	(void)fault_set(&f, FAULT_STORAGE, 0, "the disk is broken");
	assert_int_equal(filereply_fail(&reply, &f), -1);
	assert_int_equal(reply.cut, 0);
}

static void
a_fault_in_the_middle_cuts_the_reply(void **state)
{
	struct sink sink;
	struct fault f = {0};
	size_t i;

	(void)state;
	sink = filereply_open(&file, &viewing, TABLE_CSV, "leads");
	for (i = 0; i < 10; i++)
		assert_int_equal(write_bytes(&sink, 64 << 10, &f), 0);
	(void)fault_set(&f, FAULT_STORAGE, 0, "the disk is broken");
	assert_int_equal(filereply_fail(&reply, &f), 0);
	assert_int_equal(reply.cut, 1);
	assert_string_equal(reply.reason, "the disk is broken");
}

static void
nobody_who_listens_ends_it(void **state)
{
	struct sink sink;
	struct fault f = {0};
	int i, rc = 0;

	(void)state;
	door.patience = 400 << 10;
	sink = filereply_open(&file, &viewing, TABLE_CSV, "leads");
	for (i = 0; i < 40 && rc == 0; i++)
		rc = write_bytes(&sink, 64 << 10, &f);
	assert_int_equal(rc, -1);
	assert_true(i < 10);
	assert_true(reply.gone);
}

static void
one_answer_is_one_file(void **state)
{
	struct sink sink;
	struct fault f = {0};

	(void)state;
	sink = filereply_open(&file, &viewing, TABLE_CSV, "leads");
	assert_int_equal(sink.limit(sink.context, 10, NULL, &f), -1);
	fault_clear(&f);
	assert_int_equal(sink.next(sink.context, &f), -1);
	assert_string_equal(sink.scratch, "/home/of/leads/page/cache");
}

static void
a_refusal_is_a_sentence(void **state)
{
	(void)state;
	filereply_refuse(&viewing, 400, 0, PHRASE_DOWNLOAD_MANY, "50000");
	reply_end(&reply);
	assert_true(says("Status: 400 "));
	assert_true(says("\r\nContent-Type: text/plain; charset=utf-8\r\n"));
	assert_true(says("than the 50000 that"));
	assert_false(says("Retry-After"));
}

static void
a_refusal_for_now_says_when_to_try_again(void **state)
{
	(void)state;
	viewing.language = "de";
	filereply_refuse(&viewing, 503, 5, PHRASE_DOWNLOAD_BEHIND, NULL);
	reply_end(&reply);
	assert_true(says("Status: 503 "));
	assert_true(says("\r\nRetry-After: 5\r\n"));
	assert_true(says("\r\n\r\n\xc3\x84ltere Leads werden noch"));
}

#define WITH_REPLY(sentence, function)                                         \
	{                                                                      \
		sentence, function, begin, end, NULL                           \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REPLY("a short file is sent whole, with its length",
		a_short_file_is_sent_whole_with_its_length),
	    WITH_REPLY("a long file is sent as it comes",
		a_long_file_is_sent_as_it_comes),
	    WITH_REPLY("a fault before anything is sent can be answered",
		a_fault_before_anything_is_sent_can_be_answered),
	    WITH_REPLY("a fault in the middle cuts the reply",
		a_fault_in_the_middle_cuts_the_reply),
	    WITH_REPLY(
		"nobody who listens ends it", nobody_who_listens_ends_it),
	    WITH_REPLY("one answer is one file", one_answer_is_one_file),
	    WITH_REPLY("a refusal is a sentence", a_refusal_is_a_sentence),
	    WITH_REPLY("a refusal for now says when to try again",
		a_refusal_for_now_says_when_to_try_again)};

	return RUN(tests);
}
