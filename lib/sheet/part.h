/*
 * part: which file a day's rows go to, and whether it is still ours.
 *
 * A file that someone has edited is left as it is for ever, and the day goes on
 * in its next part.  Whatever a file of ours lacks is made whole beside it,
 * synced and renamed, never appended.
 */
#ifndef PART_H
#define PART_H

#include <limits.h>
#include <stdint.h>

#include "base/appendfile.h"
#include "base/fault.h"
#include "base/utc.h"
#include "journal/names.h"

struct view;
struct view_part;

/* What the control record says of the file that a sheet's rows go to. */
enum part_state {
	PART_UNKNOWN, /* nothing */
	PART_NONE,    /* the day has no part of that kind */
	PART_NAMED,   /* its line may be written, the file perhaps not made */
	PART_MADE,
	PART_BEHIND /* made, and then rows couldn't be written to it */
};

struct part {
	enum part_state state;
	int number;
	enum sheet_format format;
	uint64_t shape; /* shape_hash() */
	/* As the file was left; times in nanoseconds. */
	int64_t inode, size, mtime, ctime;
};

/* Write the path of a part below the directory sheets/. */
void part_path(char out[static PATH_MAX], const char *sheets,
    const struct name *) __attribute__((nonnull));

/* Note in *p how the open file stands; 0, or -1 with the fault set. */
int part_look(struct part *, struct appendfile *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Is the file at path as *p says: the same inode, size and times? */
int
part_is_left(const struct part *, const char *path) __attribute__((nonnull));

/* What a judge is told. */
struct part_case {
	const char *sheets;      /* the directory; borrowed */
	struct view *view;       /* of the day and kind; borrowed */
	const struct part *part; /* as the control record has it; borrowed */
	const struct boot *boot; /* borrowed */
	int same_boot;           /* the control record is of this boot */
	int longer; /* the journal has more than the record says: a kill */
	int older;  /* the journal is another than the record says */
};

enum part_standing {
	PART_ABSENT, /* no line names one yet */
	PART_OURS,   /* and whole */
	PART_LATER,  /* ours, but it couldn't be made whole now */
	PART_NEXT,   /* someone's: a new part is to begin */
	PART_FIRST,  /* all were deleted: part 1 is to begin again, with all */
	PART_AHEAD /* ours, of the journal that an older one took the place of:
	              it is to be put aside, and judged again */
};

#define PART_NOTE_SIZE 256

/* What came of it. */
struct part_verdict {
	enum part_standing standing;
	int64_t again; /* PART_NEXT: so many deliveries are to come again */
	/*
	 * Its file was deleted, which asks for nothing by itself: its rows come
	 * again with the next new one.
	 */
	int deleted;
	/*
	 * PART_OURS, PART_LATER: how the file stood when it was judged (inode,
	 * size and times only, 0 where there was none): what a person saves
	 * from then on is noticed.
	 */
	struct part left;
};

/*
 * Is the part that rows go to ours?  One of ours that lacks something is made
 * whole.  note gets what a person should know of, where it is empty.  -1 with
 * the fault set when journal or sheet can't be read, or memory runs out.
 */
int part_judge(const struct part_case *, struct part_verdict *,
    char note[static PART_NOTE_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The name for a new part: under the lowest number that neither a file nor a
 * line has; with first, number 1 where no file is in its way.
 */
struct name part_next(const struct view *, const char *sheets,
    enum sheet_format, int first) __attribute__((nonnull));

/*
 * Make the file of a part that the journal names: whole beside it, synced and
 * put there.  Where left is given the file there is replaced if it still is as
 * *left says, else nothing is replaced.  0, or -1 with the fault set.
 */
int part_make(const char *sheets, struct view *, const struct view_part *,
    const struct part *left, struct fault *)
    __attribute__((nonnull(1, 2, 3, 5), warn_unused_result));

/* Move a file of sheets/ to sheets/replaced/; what it is called there. */
int part_replace(const char *sheets, const struct name *name,
    char to[static NAMES_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
