/* people: who engaged, each once; see people.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/people/people.h"
#include "cli/people/strings.h"

/* A word that goes with a person; those of one person are a list. */
struct pair {
	uint32_t word;
	uint32_t count;
	uint32_t next; /* 1 and its number; 0: it is the last */
};

struct people {
	struct strings urns;
	struct bytes list; /* struct person, by the number of the urn */
	struct strings words;
	/* Which words go with whom, by these two numbers: no search is long. */
	struct strings pairs;
	struct bytes counts; /* struct pair, by the number of the pair */
};

struct people *
people_new(struct fault *f)
{
	struct people *p = calloc(1, sizeof(*p));

	if (p == NULL)
		(void)fault_memory(f);
	return p;
}

static struct person *
at(const struct people *p, size_t number)
{
	return (struct person *)(void *)p->list.data + number;
}

static struct pair *
pair_at(const struct people *p, uint32_t number)
{
	return (struct pair *)(void *)p->counts.data + number;
}

/* A new person, whom nothing is known of. */
static int
add_person(struct people *p, const struct people_note *note, struct fault *f)
{
	struct person new = {.first_seen = note->received,
	    .last_seen = note->received,
	    .newest = -1};

	bytes_add(&p->list, &new, sizeof(new));
	return bytes_check(&p->list, f);
}

/* Count a word in the list that begins at *first; which names whose it is. */
static int
count_word(struct people *p, const uint32_t which[static 2], uint32_t *first,
    const char *word, size_t n, struct fault *f)
{
	struct pair new = {.next = *first};
	uint32_t key[3] = {which[0], which[1]}, pair;
	int is_new;

	if (n == 0)
		return 0;
	if (strings_add(&p->words, word, n, &new.word, f) == -1)
		return -1;
	key[2] = new.word;
	is_new =
	    strings_add(&p->pairs, (const char *)key, sizeof(key), &pair, f);
	if (is_new == -1)
		return -1;
	if (is_new) {
		bytes_add(&p->counts, &new, sizeof(new));
		if (bytes_check(&p->counts, f) == -1)
			return -1;
		*first = pair + 1;
	}
	pair_at(p, pair)->count++;
	return 0;
}

/* Its part in the history. */
static int
count(struct people *p, uint32_t number, const struct people_note *note,
    struct fault *f)
{
	const uint32_t kind[2] = {number, 0}, signal[2] = {number, 1};
	struct person *x = at(p, number);

	x->engagements++;
	if (note->received < x->first_seen)
		x->first_seen = note->received;
	if (note->received > x->last_seen)
		x->last_seen = note->received;
	if (count_word(p, kind, &x->kinds, note->kind, note->kind_len, f) == -1)
		return -1;
	return count_word(
	    p, signal, &x->signals, note->signal, note->signal_len, f);
}

int
people_note(struct people *p, const struct people_note *note, struct fault *f)
{
	uint32_t number;
	struct person *x;
	int is_new =
	    strings_add(&p->urns, note->urn, note->urn_len, &number, f);

	if (is_new == -1 || (is_new && add_person(p, note, f) == -1) ||
	    (note->counts && count(p, number, note, f) == -1))
		return -1;
	x = at(p, number);
	x->asked += !note->counts;
	x->is_listed |= note->lists;
	if (note->shows && (x->newest == -1 || note->received >= x->received)) {
		x->received = note->received;
		x->newest = note->number;
		x->piece = note->piece;
	}
	return 0;
}

const struct person *
people_find(const struct people *p, const char *urn, size_t n)
{
	uint32_t number;

	return strings_find(&p->urns, urn, n, &number) ? at(p, number) : NULL;
}

size_t
people_count(const struct people *p)
{
	return p->list.len / sizeof(struct person);
}

const struct person *
people_at(const struct people *p, size_t number)
{
	return at(p, number);
}

static int
by_text(const void *a, const void *b)
{
	const struct people_word *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int differ = memcmp(x->text, y->text, n);

	return differ != 0 ? differ : (x->len > y->len) - (x->len < y->len);
}

void
people_words(const struct people *p, uint32_t first, struct bytes *b)
{
	const struct pair *pair;
	struct people_word word;
	size_t from = b->len;

	for (; first != 0; first = pair->next) {
		pair = pair_at(p, first - 1);
		word.text = strings_get(&p->words, pair->word, &word.len);
		word.count = pair->count;
		bytes_add(b, &word, sizeof(word));
	}
	if (!b->failed && b->len > from)
		qsort(b->data + from, (b->len - from) / sizeof(word),
		    sizeof(word), by_text);
}

void
people_free(struct people *p)
{
	if (p == NULL)
		return;
	strings_free(&p->urns);
	strings_free(&p->words);
	strings_free(&p->pairs);
	bytes_free(&p->list);
	bytes_free(&p->counts);
	free(p);
}
