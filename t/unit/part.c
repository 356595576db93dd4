#include "lines.h"

#include <errno.h>

#include "sheet/part.h"
#include "sheet/view.h"

#define SHEET   "leads-" DAY ".csv"
#define SHEET_2 "leads-" DAY "-2.csv"

static struct home home;
static struct shape shape;
static struct view views[SHEET_KINDS];
static char first[PATH_MAX], sheets[PATH_MAX];

/* A day with three deliveries in part 1, or none where name is empty. */
static void
make_day(const char *name, const char *sheet)
{
	make_home(&home, name);
	assert_int_equal(mkdir(at_home(&home, "journal"), 0750), 0);
	(void)strcpy(first, at_home(&home, JOURNAL));
	(void)strcpy(sheets, at_home(&home, "sheets"));
	assert_int_equal(mkdir(sheets, 0750), 0);
	if (sheet[0] != '\0')
		add_sheet(first, sheet, &shape, 0);
	add_delivery(first, RECORD_LEADS, "a", 1, 0);
	add_delivery(first, RECORD_LEADS, "b", 1, 0);
	add_delivery(first, RECORD_LEADS, "c", 1, 0);
}

static struct view *
read_day(void)
{
	struct fault f = {0};

	assert_int_equal(view_read(views, at_home(&home, "journal"), DAY, "UTC",
			     APPENDFILE_READ, &f),
	    0);
	return &views[SHEET_LEADS];
}

/* Make the current part's file, and note how it stands then. */
static struct part
make_file(void)
{
	struct view *v = read_day();
	const struct view_part *p = view_current(v);
	struct part out = {.state = PART_MADE,
	    .number = p->file.number,
	    .format = p->file.format,
	    .shape = shape_hash(&p->shape)};
	struct appendfile *file;
	struct fault f = {0};
	char path[PATH_MAX];

	if (part_make(sheets, v, p, NULL, &f) == -1)
		fail_msg("part_make: %s", f.text);
	part_path(path, sheets, &p->file);
	file = appendfile_open(path, APPENDFILE_READ, &f);
	assert_non_null(file);
	assert_int_equal(part_look(&out, file, &f), 0);
	assert_true(part_is_left(&out, path));
	appendfile_close(file);
	return out;
}

/* The case of a table below. */
struct trial {
	/* Of what was made: how it is changed, after it is noted. */
	const char *change;
	/*
	 * What the record says: = as it was noted, < of one that was shorter,
	 * n named, b behind, - nothing, 2 of another part.
	 */
	char record;
	/*
	 * b: its boot is another, an hour after noon; e: 20 s after; k: someone
	 * was killed; o: the journal is older.
	 */
	const char *turn;
	enum part_standing standing;
	int64_t again;
	const char *after; /* a shell's test of what is there then */
};

#define WHOLE     "cmp whole sheets/" SHEET
#define UNTOUCHED "cmp changed sheets/" SHEET
#define CUT       "truncate -s -35 sheets/" SHEET
#define HEADER    "head -1 whole > sheets/" SHEET
#define FROM_SHUT " && touch -d 2026-11-23T12:00:30Z sheets/" SHEET
#define NUL                                                                    \
	"dd if=/dev/zero of=sheets/" SHEET " bs=1 seek=300 count=9 "           \
	"conv=notrunc status=none"
#define EDIT_A  "sed -i 's/,a,t/,A,t/' sheets/" SHEET
#define EDIT_C  "sed -i 's/,c,t/,C,t/' sheets/" SHEET
#define LONGER  "echo more >> sheets/" SHEET
#define REMOVE  "rm sheets/" SHEET
#define NOTHING "true"

/* How the file was left, if there is any. */
#define REMEMBER                                                               \
	"if [ -f sheets/" SHEET " ]; then cp sheets/" SHEET " changed; "       \
	"elif [ -e sheets/" SHEET " ]; then : > changed; fi"

static const struct trial trials[] = {
    /* As the record says, or equal to the view, whoever wrote it. */
    {NOTHING, '=', "", PART_OURS, 0, UNTOUCHED},
    {NOTHING, '-', "", PART_OURS, 0, UNTOUCHED},
    {NOTHING, '=', "bko", PART_OURS, 0, UNTOUCHED},
    {NOTHING, '2', "b", PART_OURS, 0, UNTOUCHED},
    {"cp whole x && mv x sheets/" SHEET, '=', "", PART_OURS, 0, WHOLE},
    /* In the same boot: a beginning, no shorter than the record says. */
    {CUT, '<', "k", PART_OURS, 0, WHOLE},
    {CUT, 'n', "k", PART_OURS, 0, WHOLE},
    {CUT, '<', "", PART_OURS, 0, WHOLE},
    {CUT, '=', "k", PART_NEXT, 1, UNTOUCHED},
    {CUT, '-', "k", PART_NEXT, 1, UNTOUCHED},
    {CUT, '2', "k", PART_NEXT, 1, UNTOUCHED},
    /* A header alone, or less, is nobody's work. */
    {HEADER, '=', "", PART_OURS, 0, WHOLE},
    {": > sheets/" SHEET, '-', "", PART_OURS, 0, WHOLE},
    /* After another boot: what a power cut leaves. */
    {CUT FROM_SHUT, '=', "b", PART_OURS, 0, WHOLE},
    {CUT FROM_SHUT, '-', "b", PART_OURS, 0, WHOLE},
    {NUL FROM_SHUT, '=', "b", PART_OURS, 0, WHOLE},
    {CUT FROM_SHUT, '=', "be", PART_NEXT, 1, UNTOUCHED},
    {NUL FROM_SHUT, '=', "", PART_NEXT, 0, UNTOUCHED},
    {NUL FROM_SHUT "; " LONGER FROM_SHUT, '=', "b", PART_NEXT, 0, UNTOUCHED},
    {CUT " && touch -d 2026-11-23T12:01:02Z sheets/" SHEET, '=', "b", PART_NEXT,
	1, UNTOUCHED},
    {CUT " && touch -d 2026-11-23T11:58:58Z sheets/" SHEET, '=', "b", PART_NEXT,
	1, UNTOUCHED},
    {CUT, '=', "b", PART_NEXT, 1, UNTOUCHED}, /* touched after the boot */
    {EDIT_C FROM_SHUT, '=', "b", PART_NEXT, 1, UNTOUCHED},
    /* Anything else is someone's: what it lacks behind the last one. */
    {LONGER, '=', "", PART_NEXT, 0, UNTOUCHED},
    {LONGER, '=', "k", PART_NEXT, 0, UNTOUCHED},
    {EDIT_A, '=', "", PART_NEXT, 0, UNTOUCHED},
    {EDIT_C, '=', "", PART_NEXT, 1, UNTOUCHED},
    /* Where one before that one doesn't stand, and there is no record. */
    {EDIT_A, '=', "b", PART_NEXT, 3, UNTOUCHED},
    {EDIT_A, '-', "", PART_NEXT, 3, UNTOUCHED},
    {EDIT_A, '2', "", PART_NEXT, 3, UNTOUCHED},
    {LONGER, '-', "b", PART_NEXT, 0, UNTOUCHED},
    /* No file that we could read. */
    {REMOVE " && mkdir sheets/" SHEET, '=', "", PART_NEXT, 3,
	"test -d sheets/" SHEET},
    {REMOVE " && mkfifo sheets/" SHEET, '=', "b", PART_NEXT, 3,
	"test -p sheets/" SHEET},
    {REMOVE " && ln -s ../whole sheets/" SHEET, '-', "", PART_NEXT, 3,
	"test -L sheets/" SHEET},
    {"ln sheets/" SHEET " x", '=', "k", PART_NEXT, 3, UNTOUCHED},
    /* Deleted: by someone; or not made yet; or lost in a power cut. */
    {REMOVE, '=', "", PART_FIRST, 3, "! ls sheets | grep -q ."},
    {REMOVE " && : > sheets/" SHEET_2, '=', "", PART_FIRST, 3, NOTHING},
    {REMOVE, 'b', "", PART_FIRST, 3, "! ls sheets | grep -q ."},
    {REMOVE, 'n', "", PART_OURS, 0, WHOLE},
    {REMOVE, '-', "", PART_OURS, 0, WHOLE},
    {REMOVE, '2', "", PART_OURS, 0, WHOLE},
    {REMOVE, '=', "b", PART_OURS, 0, WHOLE},
    /* An older journal was put back. */
    {"head -4 " JOURNAL " | head -c -1 > x; cut=$(tail -n +4 " JOURNAL
     " | wc -c); truncate -s -$cut " JOURNAL,
	'=', "o", PART_AHEAD, 0, UNTOUCHED},
    {"truncate -s -$(tail -n +4 " JOURNAL " | wc -c) " JOURNAL
     "; touch sheets/" SHEET,
	'=', "o", PART_NEXT, 0, UNTOUCHED},
    /* It can't be made whole now. */
    {CUT " && mkdir sheets/" SHEET ".new", '<', "k", PART_LATER, 0, UNTOUCHED},
    {REMOVE " && mkdir sheets/" SHEET ".new", 'n', "", PART_LATER, 0,
	"! test -e sheets/" SHEET},
};

/* What the record has of it, as the trial says. */
static struct part
recorded(const struct trial *t, struct part noted)
{
	if (t->record == '<')
		noted.size -= 45;
	else if (t->record == 'n')
		noted = (struct part){.state = PART_NAMED, .number = 1};
	else if (t->record == 'b')
		noted.state = PART_BEHIND;
	else if (t->record == '-')
		noted = (struct part){.state = PART_UNKNOWN};
	else if (t->record == '2')
		noted.number = 2;
	return noted;
}

/* Judge the current part as the trial says. */
static void
judge(const struct trial *t, struct part noted, size_t number)
{
	struct part record = recorded(t, noted);
	const struct part_case given = {.sheets = sheets,
	    .view = read_day(),
	    .part = &record,
	    .boot = &home.boot,
	    .same_boot = strchr(t->turn, 'b') == NULL,
	    .longer = strchr(t->turn, 'k') != NULL,
	    .older = strchr(t->turn, 'o') != NULL};
	char note[PART_NOTE_SIZE] = "";
	struct part_verdict v;
	struct fault f = {0};
	char path[PATH_MAX];

	if (part_judge(&given, &v, note, &f) == -1)
		fail_msg("part_judge: %s", f.text);
	if (v.standing != t->standing || v.again != t->again)
		fail_msg("%zu, %s: %d, again %lld", number, t->change,
		    (int)v.standing, (long long)v.again);
	/* One that is ours is known as it was left. */
	if (v.standing == PART_OURS) {
		part_path(path, sheets, &view_current(given.view)->file);
		assert_true(part_is_left(&v.left, path));
	}
	assert_int_equal(v.deleted,
	    v.standing > PART_LATER && !exists(at_home(&home, "changed")));
	/* A person hears of one that isn't ours and as it should be. */
	if ((note[0] != '\0') !=
	    ((v.standing == PART_NEXT && exists(at_home(&home, "changed"))) ||
		v.standing == PART_LATER))
		fail_msg("%zu: \"%s\"", number, note);
	at_home_run(&home, t->after);
}

static void
sheets_are_judged(void **state)
{
	struct part noted;
	char name[32];
	size_t i;

	(void)state;
	shape_defaults(&shape);
	for (i = 0; i < COUNT(trials); i++) {
		(void)snprintf(name, sizeof(name), "trial%zu", i);
		make_day(name, SHEET);
		home.boot.time =
		    NOON +
		    (strchr(trials[i].turn, 'e') ? 20 : 3600) * UTC_SECOND;
		noted = make_file();
		at_home_run(&home, "cp sheets/" SHEET " whole && "
				   "head -3 whole > part");
		at_home_run(&home, trials[i].change);
		at_home_run(&home, REMEMBER);
		judge(&trials[i], noted, i);
	}
}

static void
no_line_no_part(void **state)
{
	static const struct trial t = {
	    NOTHING, '-', "", PART_ABSENT, 0, NOTHING};

	(void)state;
	shape_defaults(&shape);
	make_day("absent", "");
	at_home_run(&home, ": > sheets/" SHEET);
	judge(&t, (struct part){.state = PART_UNKNOWN}, 0);
}

/* One of several that was deleted comes again as it was. */
static void
deleted_part_comes_again(void **state)
{
	static const struct trial t = {
	    NOTHING, '=', "", PART_NEXT, 2, "! test -e sheets/" SHEET_2};
	struct part noted;

	(void)state;
	shape_defaults(&shape);
	make_day("one", SHEET);
	(void)make_file();
	add_sheet(first, SHEET_2, &shape, 1);
	add_lead(first, "d");
	noted = make_file();
	at_home_run(&home, "rm sheets/" SHEET_2);
	judge(&t, noted, 0);
}

/* Its bytes can't be told: it is left alone, and made by nobody. */
static void
sealed_part_is_left_alone(void **state)
{
	static const struct trial cases[] = {
	    {NOTHING, '=', "", PART_NEXT, 0, UNTOUCHED},
	    {NOTHING, '=', "k", PART_NEXT, 0, UNTOUCHED},
	    {"sed -i '$d' sheets/" SHEET, '=', "", PART_NEXT, 1, UNTOUCHED},
	    {"sed -i '$d' sheets/" SHEET, '=', "b", PART_NEXT, 1, UNTOUCHED},
	    {REMOVE, '=', "", PART_FIRST, 3, "! ls sheets | grep -q ."},
	    {REMOVE, 'n', "", PART_FIRST, 3, "! ls sheets | grep -q ."},
	    {REMOVE, '-', "b", PART_FIRST, 3, "! ls sheets | grep -q ."}};
	struct part noted;
	char name[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases) * 2; i++) {
		shape_defaults(&shape);
		(void)snprintf(name, sizeof(name), "sealed%zu", i);
		make_day(name, SHEET);
		noted = make_file();
		/* The same line, of other rules or of nowhere. */
		if (i % 2 == 0)
			at_home_run(&home, "rm " JOURNAL), shape.rules++;
		else
			at_home_run(&home, "rm " JOURNAL),
			    (void)strcpy(shape.timezone, "Mars/Olympus");
		add_sheet(first, SHEET, &shape, 0);
		add_lead(first, "a");
		add_lead(first, "b");
		add_lead(first, "c");
		at_home_run(&home, cases[i / 2].change);
		at_home_run(&home, REMEMBER);
		judge(&cases[i / 2], noted, i);
	}
}

static void
number_is_free(void **state)
{
	static const struct {
		const char *make;
		int number, first;
	} cases[] = {{NOTHING, 3, 1}, {": > sheets/leads-" DAY "-3.tsv", 4, 1},
	    {"mkdir sheets/leads-" DAY "-4.csv", 5, 1},
	    {"ln -s x sheets/leads-" DAY "-5.csv", 6, 1},
	    {": > sheets/test-" DAY "-6.csv; : > sheets/leads-" DAY "-7.csv", 6,
		1},
	    {": > sheets/leads-" DAY "-6.xlsx", 6, 1},
	    {"ln -s nowhere sheets/" SHEET, 6, 6}};
	struct name name;
	size_t i;

	(void)state;
	shape_defaults(&shape);
	make_day("number", SHEET);
	add_sheet(first, SHEET_2, &shape, RECORD_ALL);
	for (i = 0; i < COUNT(cases); i++) {
		at_home_run(&home, cases[i].make);
		name = part_next(read_day(), sheets, SHEET_TSV, 0);
		assert_int_equal(name.number, cases[i].number);
		assert_int_equal(name.format, SHEET_TSV);
		assert_int_equal(name.sheet, SHEET_LEADS);
		assert_string_equal(name.day, DAY);
		name = part_next(read_day(), sheets, SHEET_CSV, 1);
		assert_int_equal(name.number, cases[i].first);
	}
}

static void
nothing_is_replaced(void **state)
{
	static const char *const there[] = {": > sheets/" SHEET,
	    "mkdir sheets/" SHEET, "ln -s nowhere sheets/" SHEET};
	const struct view_part *p;
	struct fault f = {0};
	char name[32];
	size_t i;

	(void)state;
	shape_defaults(&shape);
	for (i = 0; i < COUNT(there); i++) {
		(void)snprintf(name, sizeof(name), "replace%zu", i);
		make_day(name, SHEET);
		p = view_current(read_day());
		at_home_run(&home, there[i]);
		assert_int_equal(
		    part_make(sheets, &views[SHEET_LEADS], p, NULL, &f), -1);
		assert_int_equal(f.err, EEXIST);
		fault_clear(&f);
		at_home_run(&home,
		    "! test -s sheets/" SHEET "/x -o -e sheets/" SHEET ".new");
	}
}

/* Someone saves it after we looked. */
static void
edit_between_look_and_rename_is_kept(void **state)
{
	const struct view_part *p;
	struct fault f = {0};
	struct part noted;

	(void)state;
	shape_defaults(&shape);
	make_day("between", SHEET);
	noted = make_file();
	p = view_current(&views[SHEET_LEADS]);
	assert_int_equal(
	    part_make(sheets, &views[SHEET_LEADS], p, &noted, &f), 0);
	/* It is another file now, and that is seen. */
	assert_int_equal(
	    part_make(sheets, &views[SHEET_LEADS], p, &noted, &f), -1);
	assert_non_null(strstr(f.text, "changed by someone"));
	fault_clear(&f);
	assert_false(exists(at_home(&home, "sheets/" SHEET ".new")));
	at_home_run(&home, "rm sheets/" SHEET);
	assert_int_equal(
	    part_make(sheets, &views[SHEET_LEADS], p, &noted, &f), -1);
}

static int
end_part(void **state)
{
	(void)state;
	view_free(views);
	return 0;
}

#define CASE(sentence, function)                                               \
	{                                                                      \
		sentence, function, NULL, end_part, NULL                       \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE("a sheet is ours, or someone's, as the design says",
		sheets_are_judged),
	    CASE("no line, no part", no_line_no_part),
	    CASE("one part that was deleted comes again",
		deleted_part_comes_again),
	    CASE("a sealed part is left alone", sealed_part_is_left_alone),
	    CASE("a new part's number is free", number_is_free),
	    CASE("a new part replaces nothing", nothing_is_replaced),
	    CASE("an edit between look and rename is kept",
		edit_between_look_and_rename_is_kept),
	};

	return RUN(tests);
}
