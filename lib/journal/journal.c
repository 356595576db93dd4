/* journal: the write-ahead log; see journal.h. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "journal/cursor.h"
#include "journal/journal.h"
#include "journal/names.h"
#include "journal/segments.h"

#define PIECE (256 << 10) /* bytes a read, and a write */

struct appendfile *
journal_open(const char *dir, const char *day, int segment, struct fault *f)
{
	struct appendfile_state state;
	struct appendfile *file;
	char path[PATH_MAX];

	segments_path(path, dir, day, segment);
	if ((file = appendfile_open(path, APPENDFILE_CREATE, f)) == NULL)
		return NULL;
	if (appendfile_look(file, &state, f) == -1 ||
	    (state.size == 0 && appendfile_sync_parent(path, f) == -1)) {
		appendfile_close(file);
		return NULL;
	}
	return file;
}

/* Append from one file to another: bytes from an offset on, up to an end. */
static int
copy(struct appendfile *from, int64_t offset, int64_t end,
    struct appendfile *into, struct fault *f)
{
	struct bytes piece = {0};
	ssize_t n = 0;
	size_t want;
	int torn, rc = 0;

	if (bytes_reserve(&piece, PIECE) == -1)
		return bytes_check(&piece, f);
	while (rc == 0 && offset < end) {
		want = end - offset < PIECE ? (size_t)(end - offset) : PIECE;
		n = appendfile_read(from, piece.data, want, offset, f);
		if (n <= 0)
			break;
		piece.len = (size_t)n;
		offset += n;
		rc = appendfile_write(into, &piece, &torn, f);
	}
	bytes_free(&piece);
	return n == -1 ? -1 : rc;
}

/* Copy the lines that count behind the mark. */
static int
copy_records(struct appendfile *into, const char *dir, const char *day,
    const struct record_mark *mark, struct fault *f)
{
	struct place from = {.segment = mark->segment, .offset = mark->counts};
	struct cursor cursor = {0};
	enum cursor_result next;
	struct appendfile *file;
	struct record r;
	char path[PATH_MAX];
	int64_t end = mark->counts;
	int rc;

	(void)snprintf(from.day, sizeof(from.day), "%s", day);
	segments_path(path, dir, day, mark->segment);
	if ((file = appendfile_open(path, APPENDFILE_READ, f)) == NULL)
		return -1;
	cursor_file(&cursor, file, &from, INT64_MAX);
	while ((next = cursor_next(&cursor, &r, f)) > CURSOR_END)
		if (next == CURSOR_RECORD)
			end = cursor.next;
	rc =
	    next == CURSOR_FAILED ? -1 : copy(file, mark->counts, end, into, f);
	cursor_free(&cursor);
	appendfile_close(file);
	return rc;
}

/* The number of the day's next segment, or -1. */
static int
next_number(const char *dir, const char *day, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(dir, day, &all, f);

	if (rc == 0)
		rc = all.n == 0 ? 1 : all.list[all.n - 1].number + 1;
	segments_free(&all);
	if (rc > NAMES_SEGMENT_MAX)
		return fault_set(f, FAULT_STORAGE, 0,
		    "the disk failed %d times at the journal of %s; replace "
		    "it, or move the home to another",
		    NAMES_SEGMENT_MAX - 1, day);
	return rc;
}

int
journal_next_segment(const char *dir, const char *day,
    const struct record_mark *mark, int copied, int64_t now, struct fault *f)
{
	struct record r = {
	    .received = now, .kind = RECORD_SEGMENT, .before = *mark};
	struct appendfile *file;
	struct bytes line = {0};
	char path[PATH_MAX];
	int number = next_number(dir, day, f), rc = -1, torn;

	if (number == -1)
		return -1;
	segments_path(path, dir, day, number);
	if ((file = appendfile_open(path, APPENDFILE_ANEW, f)) == NULL)
		return -1;
	if (record_encode(&line, &r, 0, f) == 0 &&
	    appendfile_write(file, &line, &torn, f) == 0 &&
	    (!copied || copy_records(file, dir, day, mark, f) == 0))
		rc = appendfile_publish_new(file, f);
	else
		appendfile_discard(file);
	bytes_free(&line);
	return rc == 0 ? number : -1;
}

int
journal_cut_torn(struct appendfile *file, const char *dir, const char *day,
    int64_t offset, struct fault *f)
{
	struct name name = {.kind = NAME_TORN};
	struct appendfile *into;
	char path[PATH_MAX], text[NAMES_SIZE];
	struct stat st;
	int rc;

	(void)snprintf(name.day, sizeof(name.day), "%s", day);
	do {
		name.number++;
		names_write(&name, text);
		(void)snprintf(path, sizeof(path), "%.*s/%s",
		    PATH_MAX - NAMES_SIZE - 2, dir, text);
	} while (lstat(path, &st) == 0);
	if ((into = appendfile_open(path, APPENDFILE_CREATE, f)) == NULL)
		return -1;
	if ((rc = copy(file, offset, INT64_MAX, into, f)) == 0)
		rc = appendfile_sync(into, f);
	appendfile_close(into);
	if (rc == -1 || appendfile_sync_parent(path, f) == -1) {
		/* The next try makes another: this must not fill the disk. */
		(void)unlink(path);
		return -1;
	}
	if (appendfile_cut(file, offset, f) == -1)
		return -1;
	return appendfile_sync(file, f);
}

int64_t
journal_end(struct appendfile *file, int64_t end, struct fault *f)
{
	char piece[4096];
	const char *newline;
	int64_t from;
	ssize_t n;

	for (; end > 0; end = from) {
		from = end < (int64_t)sizeof(piece)
		           ? 0
		           : end - (int64_t)sizeof(piece);
		n = appendfile_read(file, piece, (size_t)(end - from), from, f);
		if (n <= 0)
			return n;
		if ((newline = memrchr(piece, '\n', (size_t)n)) != NULL)
			return from + (newline - piece) + 1;
	}
	return 0;
}

/* The last delivery of a segment that counts. */
static int
newest_of(const char *dir, const struct segment *s, int64_t *received,
    struct fault *f)
{
	struct place from = {.segment = s->number};
	struct cursor cursor = {0};
	struct appendfile_state now;
	struct appendfile *file;
	struct record r;
	char path[PATH_MAX];
	int64_t at;
	enum cursor_result next = CURSOR_END;

	segments_path(path, dir, s->day, s->number);
	if ((file = appendfile_open(path, APPENDFILE_VIEW, f)) == NULL)
		return -1;
	if (appendfile_look(file, &now, f) == -1)
		next = CURSOR_FAILED;
	for (at = now.size; next != CURSOR_FAILED && at > 0;) {
		if ((at = journal_end(file, at - 1, f)) == -1) {
			next = CURSOR_FAILED;
			break;
		}
		from.offset = at;
		cursor_file(&cursor, file, &from, s->counts);
		next = cursor_next(&cursor, &r, f);
		if (next == CURSOR_RECORD && r.kind < RECORD_SHEET) {
			*received = r.received;
			break;
		}
		if (next == CURSOR_RECORD)
			next = CURSOR_END;
	}
	cursor_free(&cursor);
	appendfile_close(file);
	return next == CURSOR_FAILED ? -1 : next == CURSOR_RECORD;
}

int
journal_newest(const char *dir, int64_t *received, struct fault *f)
{
	struct segments all = {0};
	int rc = segments_list(dir, NULL, &all, f);

	while (rc == 0 && all.n > 0)
		rc = newest_of(dir, &all.list[--all.n], received, f);
	segments_free(&all);
	return rc;
}
