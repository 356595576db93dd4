/* home: an endpoint's directory for a test, and deliveries to put into it. */
#ifndef HOME_H
#define HOME_H

#include "unit.h"

#include "base/bytes.h"
#include "base/lock.h"
#include "base/utc.h"
#include "config/endpoint.h"
#include "config/settings.h"
#include "journal/journal.h"
#include "journal/record.h"
#include "sheet/sheet.h"
#include "journal/journal.h"
#include "store/store.h"
#include "webhook/delivery.h"
#include "webhook/signature.h"

/* 2026-11-23T12:00:00Z */
#define NOON (INT64_C(1795435200) * UTC_SECOND)
#define DAY  "2026-11-23"

/* A day later or earlier, in microseconds. */
#define A_DAY (INT64_C(86400) * UTC_SECOND)

#define LEADS     "sheets/leads-" DAY ".csv"
#define LEADS_2   "sheets/leads-" DAY "-2.csv"
#define LEADS_3   "sheets/leads-" DAY "-3.csv"
#define TESTS     "sheets/test-" DAY ".csv"
#define TESTS_2   "sheets/test-" DAY "-2.csv"
#define JOURNAL   "journal/" DAY ".jsonl"
#define SEGMENT_2 "journal/" DAY "-2.jsonl"
#define SEGMENT_3 "journal/" DAY "-3.jsonl"

struct home {
	struct endpoint endpoint;
	struct settings settings;
	struct boot boot;
};

/* A new home of that name, with its one endpoint and the defaults. */
static inline void
make_home(struct home *h, const char *name)
{
	struct fault f = {0};
	char dir[256];

	memset(h, 0, sizeof(*h));
	(void)snprintf(dir, sizeof(dir), "%s/%s", scratch, name);
	assert_int_equal(mkdir(dir, 0750), 0);
	(void)strcat(dir, "/main");
	assert_int_equal(mkdir(dir, 0750), 0);
	(void)strcpy(h->endpoint.name, "main");
	(void)strcpy(h->endpoint.dir, dir);
	(void)strcpy(h->boot.id, "this-run");
	h->boot.time = NOON - UTC_SECOND;
	setting_defaults(&h->settings);
	assert_int_equal(utc_zone("UTC", &f), 0);
}

static inline struct store *
open_store(struct home *h)
{
	struct fault f = {0};
	struct store *s = store_open(&h->endpoint, &h->settings, &h->boot, &f);

	if (s == NULL)
		fail_msg("store_open: %s", f.text);
	return s;
}

/* The path of a file below the endpoint. */
static inline const char *
at_home(const struct home *h, const char *file)
{
	static char paths[4][PATH_MAX + 64];
	static int turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", h->endpoint.dir, file);
	return path;
}

/* A body with that id and as many leads; free it. */
static inline char *
make_body(const char *id, int leads, const char *more)
{
	struct bytes b = {0};
	int i;

	bytes_printf(&b,
	    "{\"delivery_id\":\"%s\",\"event\":\"lead.enriched\","
	    "\"timestamp\":\"t\",%s\"data\":{\"leads\":[",
	    id, more);
	for (i = 0; i < leads; i++)
		bytes_printf(
		    &b, "%s{\"urn\":\"%s-%d\"}", i > 0 ? "," : "", id, i);
	bytes_adds(&b, "]}}");
	bytes_addc(&b, '\0');
	assert_false(b.failed);
	return b.data;
}

/* Decode a body and put it, received at that time; the kind is the body's. */
static inline int
put_body(struct store *s, const char *body, int64_t received,
    enum store_result *result, struct fault *f)
{
	struct record r = {.received = received};
	struct delivery *d;
	int rc;

	r.body = body;
	r.body_len = strlen(body);
	d = delivery_decode(body, r.body_len, f);
	assert_non_null(d);
	assert_int_equal(signature_sha256(body, r.body_len, r.sha256, f), 0);
	memset(r.signature, 'a', sizeof(r.signature) - 1);
	r.kind = (enum record_kind)delivery_kind(d);
	if ((r.id = delivery_id(d, &r.id_len)) == NULL) {
		r.id = r.sha256;
		r.id_len = strlen(r.sha256);
	}
	rc = store_put(s, &r, d, result, f);
	delivery_free(d);
	return rc;
}

/* The same for a made-up one, which must succeed. */
static inline enum store_result
put(struct store *s, const char *id, int leads, int64_t received)
{
	char *body = make_body(id, leads, "");
	enum store_result result;
	struct fault f = {0};

	if (put_body(s, body, received, &result, &f) == -1)
		fail_msg("store_put: %s", f.text);
	free(body);
	return result;
}

/* The same by a process of its own, which ends then. */
static inline enum store_result
put_alone(struct home *h, const char *id, int leads, int64_t received)
{
	struct store *s = open_store(h);
	enum store_result result = put(s, id, leads, received);

	store_close(s);
	return result;
}

/* How often a text stands in a file. */
static inline int
count_in(const char *path, const char *text)
{
	char *data = read_file(path, NULL), *at = data;
	int n = 0;

	while ((at = strstr(at, text)) != NULL) {
		n++;
		at += strlen(text);
	}
	free(data);
	return n;
}

/* How many lines of a kind, as record_kind() says it, a segment has. */
static inline int
lines_of(const char *path, const char *kind)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "\"kind\":\"%s\"", kind);
	return exists(path) ? count_in(path, text) : 0;
}

/*
 * Wait until what is done now has a later time than the store's last turn: a
 * file's time has a tick of some milliseconds, and no person is as quick.
 */
static inline void
next_tick(const struct home *h)
{
	const char *path = in_scratch("tick");
	struct stat lock, now;

	if (stat(at_home(h, "lock"), &lock) == -1)
		return;
	do {
		write_file(path, "x", 1);
		assert_int_equal(stat(path, &now), 0);
	} while (now.st_mtim.tv_sec == lock.st_mtim.tv_sec &&
		 now.st_mtim.tv_nsec == lock.st_mtim.tv_nsec);
}

/* Run a shell command in the endpoint's directory. */
static inline void
at_home_run(const struct home *h, const char *text)
{
	char command[PATH_MAX + 1024];

	next_tick(h);
	(void)snprintf(
	    command, sizeof(command), "cd '%s' && %s", h->endpoint.dir, text);
	if (system(command) != 0)
		fail_msg("it failed: %s", text);
}

/* What a shell command prints there, as a number. */
static inline int
at_home_count(const struct home *h, const char *text)
{
	char command[PATH_MAX + 1024];
	FILE *f;
	int n = -1;

	(void)snprintf(
	    command, sizeof(command), "cd '%s' && %s", h->endpoint.dir, text);
	assert_non_null(f = popen(command, "r"));
	assert_int_equal(fscanf(f, "%d", &n), 1);
	(void)pclose(f);
	return n;
}

/* In how many rows of all sheets a delivery's first lead stands. */
static inline int
rows_of(const struct home *h, const char *id)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
	    "find sheets -name '*.csv' -o -name '*.tsv' | xargs cat | "
	    "grep -c -e \"[,;\t]'*%s-0[,;\t]\"; true",
	    id);
	return at_home_count(h, text);
}

/* The machine was started again, an hour after noon. */
static inline void
reboot(struct home *h)
{
	(void)strcpy(h->boot.id, "next-run");
	h->boot.time = NOON + 3600 * UTC_SECOND;
}

/* Lines, the header of a sheet among them. */
static inline int
lines_in(const char *path)
{
	return exists(path) ? count_in(path, "\n") : 0;
}

static inline int64_t
size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (int64_t)st.st_size;
}

/*
 * A sync of a day's segment failed: so many bytes of it count, and the day goes
 * on in another.  Nothing behind them has come into the index.
 */
static inline void
fail_sync(const struct home *h, const char *day, int segment, int64_t counts)
{
	const struct record_mark mark = {segment, counts};
	struct fault f = {0};

	if (journal_next_segment(
		at_home(h, "journal"), day, &mark, 0, NOON, &f) == -1)
		fail_msg("journal_next_segment: %s", f.text);
	(void)unlink(at_home(h, "index"));
}

#endif
