/* targets: the endpoints that requests are for; see targets.h. */
#include <stdlib.h>
#include <string.h>

#include "base/utc.h"
#include "config/secrets.h"
#include "http/targets.h"

/* So many are remembered from one turn to the next. */
#define REMEMBERED 16

/*
 * A file that changed no longer ago than this, in nanoseconds, may change again
 * and have the same times: file systems count in ticks, of 10 ms at most.
 */
#define TICK 20000000

/* The file of its secrets, as it stands; all zero where there is none. */
static struct appendfile_state
look_at_secret(const struct target *t)
{
	struct appendfile_state state;
	char path[PATH_MAX];

	endpoint_path(&t->endpoint, path, "secret");
	if (appendfile_stat(path, &state) == -1)
		memset(&state, 0, sizeof(state));
	return state;
}

static void
forget_keys(struct target *t)
{
	signature_keys_free(t->keys);
	t->keys = NULL;
}

/* Look at it for this turn; what is remembered of it may be as it was. */
static void
look(struct target *t, const char *home)
{
	struct appendfile_state now;

	t->looked = 1;
	fault_clear(&t->fault);
	if (t->keys != NULL) {
		now = look_at_secret(t);
		if (memcmp(&now, &t->secret, sizeof(now)) == 0) {
			endpoint_look(&t->endpoint);
			return;
		}
		forget_keys(t);
	}
	t->found = endpoint_find(&t->endpoint, home, t->name, &t->fault);
}

ptrdiff_t
targets_find(struct targets *all, const char *home, const char *name)
{
	struct target *t;
	size_t i, room;

	for (i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			break;
	if (i == all->room) {
		room = i == 0 ? 1 : 2 * i;
		t = realloc(all->list, room * sizeof(*t));
		if (t == NULL)
			return -1;
		all->list = t;
		all->room = room;
	}
	t = &all->list[i];
	if (i == all->n) {
		memset(t, 0, sizeof(*t));
		(void)strcpy(t->name, name);
		all->n++;
	}
	if (!t->looked)
		look(t, home);
	return (ptrdiff_t)i;
}

struct signature_keys *
targets_keys(struct target *t)
{
	struct signature_secrets secrets;

	if (t->keys != NULL || t->fault.kind != FAULT_NONE)
		return t->keys;
	t->secret = look_at_secret(t);
	if (secrets_read(&t->endpoint, &secrets, &t->fault) == -1)
		return NULL;
	t->keys = signature_keys_new(&secrets, &t->fault);
	secrets_forget(&secrets);
	return t->keys;
}

/*
 * Is it worth to be remembered?  Not what isn't there, whatever names come from
 * outside; nor the one without a name, which may be another one next time.
 */
static int
is_lasting(const struct target *t)
{
	return t->keys != NULL && t->name[0] != '\0' &&
	       utc_now() * 1000 - t->secret.ctime > TICK;
}

void
targets_end_turn(struct targets *all)
{
	size_t i, n = 0;

	for (i = 0; i < all->n; i++) {
		if (n < REMEMBERED && is_lasting(&all->list[i])) {
			all->list[i].looked = 0;
			if (n < i)
				all->list[n] = all->list[i];
			n++;
		} else {
			forget_keys(&all->list[i]);
		}
	}
	all->n = n;
}

void
targets_free(struct targets *all)
{
	while (all->n > 0)
		forget_keys(&all->list[--all->n]);
	free(all->list);
	memset(all, 0, sizeof(*all));
}
