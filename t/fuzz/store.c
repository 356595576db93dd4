/*
 * A store whose index, control record or sheet has other bytes: each delivery
 * is kept once all the same, its rows stand in a sheet, and a file that someone
 * edited stays as it is.
 */
#include <ftw.h>
#include <sys/stat.h>

#include "fuzz.h"

#include "base/utc.h"
#include "store/store.h"
#include "webhook/signature.h"

#define DAY  "2026-11-23"
#define NOON (INT64_C(1795435200) * UTC_SECOND)

/* No disk is waited for: power cuts are for t/torture. */
int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

static struct endpoint endpoint = {.name = "main"};
static struct settings settings;
static struct boot boot = {.id = "this-run", .time = NOON - UTC_SECOND};

static const char *
at_home(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "main/%s", name);
	return in_tmp(path);
}

static int
take_away(const char *path, const struct stat *st, int what, struct FTW *where)
{
	(void)st;
	(void)what;
	(void)where;
	return remove(path);
}

static void
make_home(void)
{
	struct fault f = {0};

	if (endpoint.dir[0] == '\0') {
		HOLDS(utc_zone("UTC", &f) == 0);
		setting_defaults(&settings);
		(void)strcpy(endpoint.dir, in_tmp("main"));
		HOLDS(mkdir(endpoint.dir, 0750) == 0);
		return;
	}
	HOLDS(nftw(endpoint.dir, take_away, 8, FTW_DEPTH | FTW_PHYS) == 0);
	HOLDS(mkdir(endpoint.dir, 0750) == 0);
}

static enum store_result
put(struct store *s, const char *id)
{
	struct record r = {.received = NOON};
	enum store_result result;
	struct fault f = {0};
	struct delivery *d;
	char body[256];
	int n = snprintf(body, sizeof(body),
	    "{\"delivery_id\":\"%s\",\"event\":\"lead.enriched\",\"data\":{"
	    "\"leads\":[{\"urn\":\"%s-0\"}]}}",
	    id, id);

	r.body = body;
	r.body_len = (size_t)n;
	HOLDS((d = delivery_decode(body, r.body_len, &f)) != NULL);
	HOLDS(signature_sha256(body, r.body_len, r.sha256, &f) == 0);
	memset(r.signature, 'a', SIGNATURE_SIZE - 1);
	r.kind = (enum record_kind)delivery_kind(d);
	r.id = delivery_id(d, &r.id_len);
	HOLDS(store_put(s, &r, d, &result, &f) == 0);
	delivery_free(d);
	return result;
}

static enum store_result
put_alone(const char *id)
{
	struct fault f = {0};
	struct store *s = store_open(&endpoint, &settings, &boot, &f);
	enum store_result result;

	HOLDS(s != NULL);
	result = put(s, id);
	store_close(s);
	return result;
}

/* Read a file; how long it is, 0 where there is none. */
static size_t
read_file(const char *path, char *out, size_t room)
{
	FILE *f = fopen(path, "r");
	size_t n = f == NULL ? 0 : fread(out, 1, room, f);

	if (f != NULL)
		(void)fclose(f);
	return n;
}

/* How often a text stands in the day's first parts. */
static int
rows_of(const char *urn)
{
	static const char *const parts[] = {"sheets/leads-" DAY ".csv",
	    "sheets/leads-" DAY "-2.csv", "sheets/leads-" DAY "-3.csv"};
	static char text[1 << 16];
	size_t i, n;
	char *at;
	int rows = 0;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		n = read_file(at_home(parts[i]), text, sizeof(text) - 1);
		text[n] = '\0';
		for (at = text; (at = memmem(at, n - (size_t)(at - text), urn,
				     strlen(urn))) != NULL;
		     at++)
			rows++;
	}
	return rows;
}

/* In the place of a file, so that it is another one; its mode is kept. */
static void
replace(const char *name, const struct input *in)
{
	struct stat st = {.st_mode = 0640};

	(void)stat(at_home(name), &st);
	put_file(at_home("new"), in->s, in->n);
	HOLDS(chmod(at_home("new"), st.st_mode & 0777) == 0);
	HOLDS(rename(at_home("new"), at_home(name)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char sheet[1 << 16];
	struct input in = {data, n};
	unsigned what = take_byte(&in) % 4;
	size_t size;

	if (in.n > sizeof(sheet) / 2)
		return 0;
	make_home();
	HOLDS(put_alone("one") == STORE_STORED);
	HOLDS(put_alone("two") == STORE_STORED);
	if (what == 0 || what == 3)
		replace("index", &in);
	if (what == 1)
		replace("lock", &in);
	if (what >= 2)
		replace("sheets/leads-" DAY ".csv", &in);
	HOLDS(put_alone("one") == STORE_DUPLICATE);
	HOLDS(put_alone("six") == STORE_STORED);
	HOLDS(put_alone("two") == STORE_DUPLICATE);
	HOLDS(put_alone("six") == STORE_DUPLICATE);
	if (what < 2) {
		HOLDS(rows_of("one-0") == 1 && rows_of("two-0") == 1);
		HOLDS(rows_of("six-0") == 1);
		return 0;
	}
	/* What a person saved stays, and what comes later is beside it. */
	HOLDS(rows_of("six-0") >= 1);
	size = read_file(
	    at_home("sheets/leads-" DAY ".csv"), sheet, sizeof(sheet));
	HOLDS(size >= in.n && (in.n == 0 || memcmp(sheet, in.s, in.n) == 0));
	return 0;
}
