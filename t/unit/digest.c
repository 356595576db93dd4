#include "digesthome.h"

static void
leads_are_counted_by_what_was_done(void **state)
{
	struct place_of_work w;
	struct bytes b = {0};
	struct digest d;
	char *body;
	struct store *s;
	struct fault f = {0};
	enum store_result result;

	(void)state;
	make_place(&w, "counts");
	add_lead(&b, "1", "Ann", "comment", "");
	add_lead(&b, "2", "Bob", "reaction", "");
	add_lead(&b, "3", "Cid", "reaction", "");
	add_lead(&b, "4", "Dan", "repost", "");
	add_lead(&b, "5", "Eva", "wink", "");
	keep(&w.home, "a", NOON, &b);
	s = open_store(&w.home);
	body = make_body("t", 3, "\"test\":true,");
	assert_int_equal(put_body(s, body, NOON, &result, &f), 0);
	free(body);
	assert_int_equal(
	    put_body(s, "{\"event\":\"x\"}", NOON, &result, &f), 0);
	assert_int_equal(put_body(s, "nonsense", NOON, &result, &f), 0);
	store_close(s);
	gather(&w, &d);
	assert_int_equal(d.leads, 5);
	assert_int_equal(d.deeds[DIGEST_COMMENT], 1);
	assert_int_equal(d.deeds[DIGEST_REACTION], 2);
	assert_int_equal(d.deeds[DIGEST_REPOST], 1);
	assert_int_equal(d.deeds[DIGEST_OTHER], 1);
	assert_int_equal(d.endpoints[0].leads, 5);
	assert_int_equal(d.endpoints[0].tests, 1);
	assert_int_equal(d.endpoints[0].others, 1);
	assert_int_equal(d.endpoints[0].unreadable, 1);
	assert_int_equal(d.newest, NOON);
	assert_string_equal(who(&d), "Ann 1, Eva 1, Dan 1, Cid 1, Bob 1");
	digest_free(&d);
}

static void
what_was_told_is_told_once(void **state)
{
	struct place_of_work w;
	struct digest d = {0};
	struct fault f = {0};

	(void)state;
	make_place(&w, "once");
	keep_one(&w.home, "a", NOON, "Ann", "comment", "");
	gather(&w, &d);
	assert_int_equal(d.leads, 1);
	assert_int_equal(d.since, 0);
	digest_free(&d);
	/* To look at it changes nothing. */
	d.names = 1;
	gather_at(&w, &d, CONSUMER_MOVE, NOON);
	assert_int_equal(d.leads, 1);
	if (digest_commit(&d, &f) == -1)
		fail_msg("digest_commit: %s", f.text);
	digest_free(&d);
	keep_one(&w.home, "b", NOON, "Bob", "comment", "");
	gather(&w, &d);
	assert_string_equal(who(&d), "Bob 1");
	assert_true(d.since > 0);
	digest_free(&d);
}

static void
the_first_mail_tells_of_yesterday_and_today(void **state)
{
	struct place_of_work w;
	struct digest d = {0};
	struct fault f = {0};

	(void)state;
	make_place(&w, "first");
	keep_one(&w.home, "a", NOON - 2 * A_DAY, "Old", "comment", "");
	keep_one(&w.home, "b", YESTERDAY - A_DAY / 2, "Ann", "comment", "");
	keep_one(&w.home, "c", NOON, "Bob", "comment", "");
	gather(&w, &d);
	assert_string_equal(who(&d), "Bob 1, Ann 1");
	assert_int_equal(d.leads, 2);
	digest_free(&d);
	gather_at(&w, &d, CONSUMER_MOVE, NOON);
	assert_int_equal(digest_commit(&d, &f), 0);
	digest_free(&d);
	/* Who is told of later on is told of whatever the day. */
	keep_one(&w.home, "d", NOON - 9 * A_DAY, "Late", "comment", "");
	gather(&w, &d);
	assert_string_equal(who(&d), "Late 1");
	digest_free(&d);
}

static void
signals_are_counted_most_leads_first(void **state)
{
	struct place_of_work w;
	struct bytes b = {0};
	struct digest d;
	char more[64];
	int i;

	(void)state;
	make_place(&w, "signals");
	for (i = 0; i < DIGEST_SIGNALS + 20; i++) {
		(void)snprintf(
		    more, sizeof(more), ",\"signal_name\":\"S%d\"", i);
		add_lead(&b, "1", "A", "reaction", more);
	}
	add_lead(&b, "1", "A", "reaction", ",\"signal_name\":\"S9\"");
	keep(&w.home, "a", NOON, &b);
	gather(&w, &d);
	assert_int_equal(d.nsignals, DIGEST_SIGNALS);
	assert_int_equal(d.unsorted, 20);
	assert_string_equal(d.signals[0].name, "S9");
	assert_int_equal(d.signals[0].leads, 2);
	assert_string_equal(d.signals[1].name, "S0");
	digest_free(&d);
}

static void
what_needs_a_hand_comes_first_and_is_complete(void **state)
{
	struct place_of_work w;
	struct digest d;

	(void)state;
	make_place(&w, "concerns");
	gather(&w, &d);
	assert_int_equal(d.nconcerns, 0);
	assert_string_equal(
	    d.status, "complete: \"leadsheet status\" tells all of them");
	digest_free(&d);
	write_file(at_home(&w.home, "disabled"), "", 0);
	assert_int_equal(unlink(at_home(&w.home, "secret")), 0);
	w.two[0].disabled = 1;
	gather(&w, &d);
	assert_int_equal(d.nconcerns, 2);
	assert_int_equal(d.nacts, 1);
	assert_true(d.concerns[0].act);
	assert_non_null(
	    strstr(d.concerns[0].text, "complete: main: no secret"));
	assert_false(d.concerns[1].act);
	assert_non_null(strstr(d.concerns[1].text, "switched off"));
	digest_free(&d);
}

static void
several_endpoints_are_one_digest(void **state)
{
	struct place_of_work w;
	struct home events;
	struct digest d;

	(void)state;
	make_place(&w, "several");
	make_home(&events, "second");
	(void)strcpy(events.endpoint.name, "events");
	w.two[1] = w.two[0];
	w.two[0] = events.endpoint;
	w.all.n = 2;
	keep_one(&w.home, "a", NOON, "Ann", "reaction", "");
	keep_one(&events, "b", NOON, "Ann", "comment", "");
	keep_one(&events, "c", NOON, "Bob", "reaction", "");
	gather(&w, &d);
	assert_int_equal(d.nendpoints, 2);
	assert_int_equal(d.endpoints[0].leads, 2);
	assert_int_equal(d.endpoints[1].leads, 1);
	assert_string_equal(who(&d), "Ann 2, Bob 1");
	assert_string_equal(d.people[0].endpoint, "events");
	/* The other endpoint has no secret. */
	assert_int_equal(d.nacts, 1);
	digest_free(&d);
}

/* The first has what is good to know, and the second what needs a hand. */
static void
what_needs_a_hand_comes_first_of_all_endpoints(void **state)
{
	struct place_of_work w, events;
	struct digest d;

	(void)state;
	make_place(&w, "acts");
	make_place(&events, "notes");
	assert_int_equal(unlink(at_home(&w.home, "secret")), 0);
	w.two[1] = w.two[0];
	w.two[0] = events.two[0];
	w.two[0].disabled = 1;
	w.all.n = 2;
	gather(&w, &d);
	assert_int_equal(d.nconcerns, 2);
	assert_int_equal(d.nacts, 1);
	assert_true(d.concerns[0].act);
	assert_non_null(strstr(d.concerns[0].text, "no secret"));
	assert_non_null(strstr(d.concerns[1].text, "switched off"));
	digest_free(&d);
}

static void
another_journal_in_its_place_is_told(void **state)
{
	struct place_of_work w;
	struct digest d = {0};
	struct fault f = {0};

	(void)state;
	make_place(&w, "another");
	keep_one(&w.home, "a", NOON, "Ann", "comment", "");
	gather_at(&w, &d, CONSUMER_MOVE, NOON);
	assert_int_equal(digest_commit(&d, &f), 0);
	digest_free(&d);
	at_home_run(&w.home, "rm -r journal sheets index lock");
	keep_one(&w.home, "b", NOON, "Bob", "comment", "");
	gather(&w, &d);
	assert_string_equal(who(&d), "Bob 1");
	assert_int_equal(d.nacts, 0);
	assert_non_null(strstr(
	    d.concerns[0].text, "what came on 2026-11-23 is told again"));
	digest_free(&d);
}

/* Of several endpoints it is that of all, of one its own. */
static void
the_time_zone_is_left_as_the_mail_tells_times(void **state)
{
	static const char conf[] = "timezone = Asia/Tokyo\n[endpoint main]\n"
				   "timezone = Etc/GMT+2\n";
	struct place_of_work w;
	char at[UTC_LOCAL_SIZE];
	struct fault f = {0};
	struct digest d;
	char path[256];

	(void)state;
	make_place(&w, "zone");
	(void)snprintf(path, sizeof(path), "%s", in_scratch("zone.conf"));
	write_file(path, conf, sizeof(conf) - 1);
	assert_int_equal(conf_read(&w.cli.conf, path), 0);
	gather(&w, &d);
	utc_local(NOON, at);
	assert_string_equal(at, "2026-11-23 10:00:00");
	digest_free(&d);
	w.two[1] = w.two[0];
	(void)strcpy(w.two[0].name, "other");
	w.all.n = 2;
	gather(&w, &d);
	utc_local(NOON, at);
	assert_string_equal(at, "2026-11-23 21:00:00");
	digest_free(&d);
	conf_free(&w.cli.conf);
	assert_int_equal(utc_zone("UTC", &f), 0);
}

static void
only_one_gathers_to_commit(void **state)
{
	struct digest one = {0}, other = {0};
	struct place_of_work w;
	struct fault f = {0};

	(void)state;
	make_place(&w, "one");
	gather_at(&w, &one, CONSUMER_MOVE, NOON);
	assert_int_equal(
	    digest_open(&other, &w.cli, &w.all, CONSUMER_MOVE, NOON, &f), -1);
	assert_int_equal(f.kind, FAULT_BUSY);
	digest_free(&other);
	digest_free(&one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("leads are counted by what was done, and what came beside",
		leads_are_counted_by_what_was_done),
	    TEST("what was told is told once; who only looks moves nothing",
		what_was_told_is_told_once),
	    TEST("the first mail tells of yesterday and today only",
		the_first_mail_tells_of_yesterday_and_today),
	    TEST("signals are counted, those with most leads first",
		signals_are_counted_most_leads_first),
	    TEST("what needs a hand comes first, its commands complete",
		what_needs_a_hand_comes_first_and_is_complete),
	    TEST("several endpoints are one digest",
		several_endpoints_are_one_digest),
	    TEST("what needs a hand comes first, whichever endpoint has it",
		what_needs_a_hand_comes_first_of_all_endpoints),
	    TEST("that another journal was put in its place is told",
		another_journal_in_its_place_is_told),
	    TEST("the time zone is that of all endpoints, or of the only one",
		the_time_zone_is_left_as_the_mail_tells_times),
	    TEST("no other digest gathers to commit meanwhile",
		only_one_gathers_to_commit),
	};

	return RUN(tests);
}
