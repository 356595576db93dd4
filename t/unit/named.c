#include "digesthome.h"

static void
a_person_is_named_once_by_their_best_lead(void **state)
{
	struct place_of_work w;
	struct bytes b = {0};
	struct digest d;

	(void)state;
	make_place(&w, "best");
	add_lead(&b, "1", "Ann", "comment", ",\"comment_text\":\"Old\"");
	add_lead(&b, "2", "Bob", "reaction", "");
	add_lead(&b, "1", "Ann", "comment", ",\"comment_text\":\"New\"");
	add_lead(&b, "1", "Ann", "reaction", "");
	keep(&w.home, "a", NOON - UTC_SECOND, &b);
	add_lead(&b, "3", "Cid", "reaction", "");
	add_lead(&b, "2", "Bob", "reaction", "");
	add_lead(&b, "", "Nobody", "reaction", "");
	add_lead(&b, "", "Nobody", "reaction", "");
	keep(&w.home, "b", NOON, &b);
	gather(&w, &d);
	assert_string_equal(who(&d), "Ann 3, Nobody 1, Nobody 1, Bob 2, Cid 1");
	assert_string_equal(d.people[0].comment, "New");
	assert_int_equal(d.people[0].received, NOON - UTC_SECOND);
	digest_free(&d);
}

/* Persons come and go from the list; only in the end it is known who stays. */
static void
of_many_the_best_are_named_and_counted(void **state)
{
	struct place_of_work w;
	struct bytes b = {0};
	struct digest d;
	char urn[16];
	int i, last[100];
	int64_t times[100] = {0};
	size_t k;

	(void)state;
	make_place(&w, "many");
	for (i = 0; i < 3000; i++) {
		k = (size_t)(i * 31 + i / 7) % 100;
		times[k]++;
		last[k] = i;
		(void)snprintf(urn, sizeof(urn), "u%zu", k);
		add_lead(&b, urn, urn, k == 7 ? "comment" : "reaction", "");
	}
	keep(&w.home, "a", NOON, &b);
	gather(&w, &d);
	assert_int_equal(d.leads, 3000);
	assert_int_equal(d.npeople, DIGEST_PEOPLE);
	assert_string_equal(d.people[0].name, "u7");
	for (k = 0; k < d.npeople; k++) {
		i = atoi(d.people[k].name + 1);
		assert_int_equal(d.people[k].times, times[i]);
		if (k > 1)
			assert_true(
			    last[i] < last[atoi(d.people[k - 1].name + 1)]);
	}
	digest_free(&d);
}

/* Once the list is full of better ones nobody else comes into it. */
static void
who_only_reacted_takes_nobodys_place(void **state)
{
	struct place_of_work w;
	struct bytes b = {0};
	struct digest d;
	char urn[16];
	int i;

	(void)state;
	make_place(&w, "full");
	for (i = 0; i < 2 * DIGEST_PEOPLE; i++) {
		(void)snprintf(urn, sizeof(urn), "u%d", i);
		add_lead(&b, urn, urn,
		    i < DIGEST_PEOPLE ? "comment" : "reaction", "");
	}
	keep(&w.home, "a", NOON, &b);
	gather(&w, &d);
	assert_int_equal(d.npeople, DIGEST_PEOPLE);
	for (i = 0; i < DIGEST_PEOPLE; i++)
		assert_int_equal(
		    atoi(d.people[i].name + 1), DIGEST_PEOPLE - 1 - i);
	digest_free(&d);
}

static void
without_names_nothing_of_a_person_is_kept(void **state)
{
	struct place_of_work w;
	struct digest d = {0};

	(void)state;
	make_place(&w, "names");
	keep_one(&w.home, "a", NOON, "Ann", "comment",
	    ",\"signal_name\":\"John\",\"comment_text\":\"Hi\"");
	gather_at(&w, &d, CONSUMER_PEEK, NOON);
	assert_int_equal(d.npeople, 0);
	assert_int_equal(d.leads, 1);
	assert_int_equal(d.nsignals, 1);
	assert_string_equal(d.signals[0].name, "John");
	digest_free(&d);
}

static void
what_strangers_write_is_made_harmless(void **state)
{
	struct place_of_work w;
	struct bytes b = {0};
	struct digest d;

	(void)state;
	make_place(&w, "hostile");
	add_lead(&b, "1", "A\\u202e B\\n\\r\\u0000C\\u2028 \\ufeff\\ud800",
	    "comment",
	    ",\"linkedin_url\":\"javascript:alert(1)\","
	    "\"job_title\":\" \",\"company_name\":\"\\u0007Acme\","
	    "\"comment_text\":[1]");
	add_lead(&b, "2", "B", "reaction",
	    ",\"linkedin_url\":\" https://example.org/b \","
	    "\"reaction_type\":7,\"headline\":\"Head\"");
	keep(&w.home, "a", NOON, &b);
	gather(&w, &d);
	assert_int_equal(d.npeople, 2);
	assert_string_equal(d.people[0].name, "A B C \xef\xbf\xbd");
	assert_string_equal(d.people[0].work, "Acme");
	assert_string_equal(d.people[0].url, "");
	assert_string_equal(d.people[0].comment, "[1]");
	assert_string_equal(d.people[1].url, "https://example.org/b");
	assert_string_equal(d.people[1].work, "Head");
	assert_string_equal(d.people[1].reaction, "7");
	digest_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("a person is named once, by the best of their leads",
		a_person_is_named_once_by_their_best_lead),
	    TEST("of many people the best are named, with all their leads",
		of_many_the_best_are_named_and_counted),
	    TEST("who only reacted takes the place of no one who commented",
		who_only_reacted_takes_nobodys_place),
	    TEST("names = no: nothing of a person is kept",
		without_names_nothing_of_a_person_is_kept),
	    TEST("what strangers write is made harmless",
		what_strangers_write_is_made_harmless),
	};

	return RUN(tests);
}
