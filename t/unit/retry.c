/*
 * Memory that runs out, and comes back: what is asked again in the same
 * process must work then, and nothing be half or twice.
 */
#include "home.h"

#include "../data/failmalloc.h"
#include "http/intake.h"

#define LATE "2026-11-24" /* noon in UTC, in the zone of the settings */

#define LATE_LEADS   "sheets/leads-" LATE ".csv"
#define LATE_LEADS_2 "sheets/leads-" LATE "-2.csv"

/* For how many requests there is none; 0 is for good. */
static const long lengths[] = {1, 4, 40, 0};

static struct intake *intake, *other;
static struct response response;
static int64_t received = NOON;
static long requests; /* for memory, by the last delivery */

/* Which case is under way; 0 when none is. */
static long case_at, case_length;

/* unitmemory.t looks for leaks; here they would be OpenSSL's. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static int
deliver(struct intake *to, const char *id, long at, long times)
{
	/* Such a number is Jansson's to judge, which wants memory for texts. */
	char *body = make_body(id, 2, "\"rate\":1e100,");
	char signature[SIGNATURE_SIZE];
	struct request r = {.method = "POST", .path = "/main", .https = "on"};
	struct fault f = {0};

	assert_int_equal(
	    signature_make("s", body, strlen(body), signature, &f), 0);
	r.body = body;
	r.body_len = strlen(body);
	r.signature = signature;
	r.signatures = 1;
	r.received = received;
	response_free(&response);
	memset(&response, 0, sizeof(response));
	failmalloc(at, times);
	(void)intake_begin(to);
	intake_answer(to, &r, &response);
	requests = failmalloc_count();
	failmalloc(0, 0);
	free(body);
	return response.status;
}

/* What came before: nothing; a delivery; and what was done to it then. */
static void
nothing_before(struct home *h)
{
	(void)h;
}

static void
one_before(struct home *h)
{
	(void)h;
	assert_int_equal(deliver(intake, "old", 0, 0), 200);
}

static void
another_worker_before(struct home *h)
{
	one_before(h);
	assert_int_equal(deliver(other, "older", 0, 0), 200);
}

static void
index_lost(struct home *h)
{
	one_before(h);
	assert_int_equal(unlink(at_home(h, "index")), 0);
}

static void
sheet_lost(struct home *h)
{
	one_before(h);
	assert_int_equal(unlink(at_home(h, LATE_LEADS)), 0);
}

static void
worker_killed(struct home *h)
{
	one_before(h);
	/* Before it had written its row, and what it knew. */
	at_home_run(h, "cp lock x; cp -p " LATE_LEADS " y");
	assert_int_equal(deliver(other, "older", 0, 0), 200);
	at_home_run(h, "cat x > lock; cat y > " LATE_LEADS "; rm x y");
}

static void
sheet_edited(struct home *h)
{
	FILE *f;

	one_before(h);
	assert_non_null(f = fopen(at_home(h, LATE_LEADS), "a"));
	assert_true(fputs("by hand\r\n", f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
setting_changed(struct home *h)
{
	one_before(h);
	at_home_run(h, "echo bom = no >> ../leadsheet.conf");
}

/* The day before is closed, and a part of it is due. */
static void
yesterday_before(struct home *h)
{
	received -= A_DAY;
	one_before(h);
	at_home_run(h, "sed '2d; s/old-1/X/' sheets/leads-2026-11-23.csv > x; "
		       "cat x > sheets/leads-2026-11-23.csv; rm x");
	received += A_DAY;
}

/* What was written before it may be gone. */
static void
booted(struct home *h)
{
	one_before(h);
	at_home_run(h, "truncate -s -60 " LATE_LEADS
		       "; touch -d 2026-11-23T12:00:00Z " LATE_LEADS);
	reboot(h);
	intake_close(intake);
	intake_close(other);
	assert_non_null(intake = intake_open(at_home(h, ".."), &h->boot));
	assert_non_null(other = intake_open(at_home(h, ".."), &h->boot));
}

static const struct scene {
	const char *name;
	void (*prepare)(struct home *);
	int before; /* deliveries */
} scenes[] = {{"first", nothing_before, 0}, {"next", one_before, 1},
    {"worker", another_worker_before, 2}, {"index", index_lost, 1},
    {"sheet", sheet_lost, 1}, {"killed", worker_killed, 2},
    {"edited", sheet_edited, 1}, {"setting", setting_changed, 1},
    {"yesterday", yesterday_before, 0}, {"boot", booted, 1}};

/* Each delivery is there once, whole, in one file, on its day. */
static void
check_home(const struct home *h, const struct scene *scene)
{
	const char *const ids[] = {"new-", "else-", "last-"};
	int edited = scene->prepare == sheet_edited ||
	             scene->prepare == setting_changed,
	    own = 0;
	const char *sheet = at_home(h, edited ? LATE_LEADS_2 : LATE_LEADS);
	size_t i;

	for (i = 0; i < COUNT(ids); i++)
		own += count_in(sheet, ids[i]) == 2;
	assert_int_equal(own, COUNT(ids));
	assert_int_equal(count_in(sheet, "received_at"), 1);
	assert_int_equal(count_in(sheet, LATE " 02:00:00"),
	    2 * (3 + (edited ? 0 : scene->before)));
	assert_int_equal(
	    lines_of(at_home(h, "journal/" LATE ".jsonl"), "leads"),
	    3 + scene->before);
	assert_int_equal(exists(at_home(h, LATE_LEADS_2)), edited);
	assert_false(exists(at_home(h, "sheets/leads-" LATE "-3.csv")));
	/* What is left of a lost one may be beside a new one without a byte. */
	if (scene->prepare != index_lost)
		assert_false(exists(at_home(h, "index.damaged-1")));
	assert_false(exists(at_home(h, "journal/" LATE ".torn-1")));
	assert_false(exists(at_home(h, "journal/" LATE "-2.jsonl")));
	if (scene->prepare == yesterday_before)
		assert_int_equal(
		    count_in(at_home(h, "sheets/leads-" DAY "-2.csv"), "old-"),
		    2);
}

/* The new one gets no memory from the at-th request on. */
static long
run_scene(const struct scene *scene, long at, long length)
{
	static const char conf[] = "timezone = Pacific/Kiritimati\n";
	char command[256];
	struct home h;
	long asked;
	int status;

	make_home(&h, scene->name);
	write_file(at_home(&h, "secret"), "s", 1);
	assert_int_equal(chmod(at_home(&h, "secret"), 0600), 0);
	write_file(at_home(&h, "../leadsheet.conf"), conf, strlen(conf));
	assert_non_null(intake = intake_open(at_home(&h, ".."), &h.boot));
	assert_non_null(other = intake_open(at_home(&h, ".."), &h.boot));
	scene->prepare(&h);
	status = deliver(intake, "new", at, length);
	asked = requests;
	if (status != 200 && status != 503)
		fail_msg("%d %s", status, response.reason);
	/* No other worker has to wait for this one. */
	assert_int_equal(deliver(other, "else", 0, 0), 200);
	assert_int_equal(deliver(intake, "new", 0, 0), 200);
	if (status == 200)
		assert_string_equal(response.outcome, "duplicate");
	assert_int_equal(deliver(intake, "last", 0, 0), 200);
	intake_close(intake);
	intake_close(other);
	response_free(&response);
	memset(&response, 0, sizeof(response));
	check_home(&h, scene);
	(void)snprintf(
	    command, sizeof(command), "rm -r '%s'", in_scratch(scene->name));
	assert_int_equal(system(command), 0);
	return asked;
}

/* How far from one case to the next: LONG=1 leaves none out. */
static long
step_of(long all)
{
	return getenv("LONG") != NULL ? 1 : all / 4 + 1;
}

/* SEED=N begins elsewhere. */
static long
seed_of(long step)
{
	const char *s = getenv("SEED");

	return (s == NULL ? 1 : atol(s)) % step;
}

static void
retry_is_whole(void **state)
{
	const struct scene *scene = *state;
	long all = run_scene(scene, 0, 0), step = step_of(all);
	size_t i;

	assert_true(all > 5);
	print_message(
	    "# %s: %ld requests, each %ldth of them\n", scene->name, all, step);
	for (i = 0; i < COUNT(lengths); i++) {
		case_length = lengths[i];
		for (case_at = 1 + seed_of(step); case_at <= all;
		     case_at += step)
			(void)run_scene(scene, case_at, case_length);
		/* The last ones, when the record stands and no row does. */
		for (case_at = all - 4; case_at <= all && i == 0; case_at++)
			(void)run_scene(scene, case_at, case_length);
	}
	case_at = 0;
}

static int
tell_case(void **state)
{
	const struct scene *scene = *state;

	failmalloc(0, 0);
	if (case_at > 0)
		print_message("# %s: request %ld, %ld times\n",
		    scene == NULL ? "" : scene->name, case_at, case_length);
	case_at = 0;
	return 0;
}

/* A text of each length is read as it is or not at all. */
static void
texts_are_whole(void **state)
{
	char body[128], text[80];
	struct delivery *d;
	struct fault f = {0};
	const char *id;
	size_t n, len;
	long all;

	(void)state;
	for (n = 1; n < sizeof(text) - 1; n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		(void)snprintf(body, sizeof(body),
		    "{\"delivery_id\":\"%s\",\"rate\":1e100}", text);
		for (case_at = 0, all = 0; case_at <= all; case_at++) {
			fault_clear(&f);
			failmalloc(case_at, case_length = 1);
			d = delivery_decode(body, strlen(body), &f);
			if (case_at == 0)
				all = failmalloc_count();
			failmalloc(0, 0);
			if (d == NULL) {
				assert_int_equal(f.kind, FAULT_MEMORY);
				continue;
			}
			assert_non_null(id = delivery_id(d, &len));
			assert_int_equal(len, n);
			assert_memory_equal(id, text, n);
			delivery_free(d);
		}
	}
	case_at = 0;
}

/* The zone is the one that was asked for, or there is a fault. */
static void
zones_are_whole(void **state)
{
	static const char *const names[] = {"Asia/Tokyo", "Europe/Berlin"};
	char local[UTC_LOCAL_SIZE];
	struct fault f = {0};
	long all = 0;
	int rc;

	(void)state;
	for (case_at = 0; case_at <= all; case_at++) {
		assert_int_equal(utc_zone("UTC", &f), 0);
		assert_int_equal(utc_zone(names[case_at % 2], &f), 0);
		failmalloc(case_at, case_length = 1);
		rc = utc_zone("Pacific/Kiritimati", &f);
		if (case_at == 0)
			all = failmalloc_count();
		failmalloc(0, 0);
		assert_int_equal(f.kind, rc == 0 ? FAULT_NONE : FAULT_MEMORY);
		fault_clear(&f);
		if (rc == -1)
			assert_int_equal(utc_zone("Pacific/Kiritimati", &f), 0);
		utc_local(NOON, local);
		assert_string_equal(local, LATE " 02:00:00");
	}
	case_at = 0;
}

#define SCENE(sentence, number)                                                \
	{                                                                      \
		sentence, retry_is_whole, NULL, tell_case,                     \
		    (void *)(uintptr_t)&scenes[number]                         \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    {"a text is read whole or not at all", texts_are_whole, NULL,
		tell_case, NULL},
	    {"a time zone is the right one or a fault", zones_are_whole, NULL,
		tell_case, NULL},
	    SCENE("the first delivery is whole once there is memory", 0),
	    SCENE("so is the next one", 1),
	    SCENE("so is one after another worker's", 2),
	    SCENE("so is one for which the index is made anew", 3),
	    SCENE("so is one for which the sheet is made anew", 4),
	    SCENE("so is one after a worker that was killed", 5),
	    SCENE("so is one for which another part begins", 6),
	    SCENE("so is one after a setting was changed", 7),
	    SCENE("so is one that closes the day before", 8),
	    SCENE("so is one after another boot", 9),
	};
	char digest[SIGNATURE_SIZE];
	struct fault f = {0};

	/* OpenSSL gets its memory first: it may crash where it has none. */
	if (signature_start(1, &f) == -1 ||
	    signature_make("s", "", 0, digest, &f) == -1 ||
	    signature_sha256("", 0, digest, &f) == -1)
		return 1;
	return RUN(tests);
}
