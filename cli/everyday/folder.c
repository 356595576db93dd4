/* folder: a folder of exports, a file a day; see folder.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/everyday/folder.h"

static int
hash_file(const char *path, char out[static SIGNATURE_SIZE], struct fault *f)
{
	struct appendfile *file = appendfile_open(path, APPENDFILE_VIEW, f);
	struct signature_digest d = {NULL};
	char piece[1 << 15];
	int64_t at = 0;
	ssize_t n = -1;

	if (file == NULL)
		return -1;
	if (signature_digest_begin(&d, f) == 0)
		while ((n = appendfile_read(
			    file, piece, sizeof(piece), at, f)) > 0) {
			at += n;
			if (signature_digest_add(&d, piece, (size_t)n, f) == -1)
				break;
		}
	if (n == 0 && signature_digest_end(&d, out, f) == -1)
		n = -1;
	signature_digest_free(&d);
	appendfile_close(file);
	return n == 0 ? 0 : -1;
}

/* What was about to take its place when we were killed: has it? */
static int
settle(struct folder *o, struct fault *f)
{
	char path[PATH_MAX], is[SIGNATURE_SIZE];
	struct fault ignored = {0};
	struct made_file *file;
	enum table_format i;
	size_t at;

	for (at = 0; at < o->made.n; at++)
		for (i = 0; i < TABLE_FORMATS; i++) {
			file = &o->made.days[at].files[i];
			if (file->next[0] == '\0')
				continue;
			o->made.changed = 1;
			made_path(&o->made, &o->made.days[at], i, path);
			if (hash_file(path, is, &ignored) == 0 &&
			    strcmp(is, file->next) == 0)
				(void)strcpy(file->sha256, is);
			file->next[0] = '\0';
			fault_clear(&ignored);
		}
	/* Before anything is promised again. */
	return made_write(&o->made, f);
}

/* Drafts that we were killed over. */
static void
clean(const char *dir)
{
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *d = opendir(dir);

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, "leads-", 6) == 0 &&
		    snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) <
			(int)sizeof(path))
			(void)unlink(path);
	(void)closedir(d);
}

static int
take_lock(struct folder *o, struct fault *f)
{
	struct fault why = {0};
	char path[PATH_MAX];

	made_own(&o->made, "lock", path);
	if ((o->lock = lock_open(path, f)) == NULL)
		return -1;
	if (lock_take(o->lock, 0, &why) == 0)
		return 0;
	if (why.kind == FAULT_BUSY)
		return fault_set(f, FAULT_BUSY, 0,
		    "another export is at work in %.300s; try again when it "
		    "is done",
		    o->made.path);
	return fault_take(f, &why);
}

int
folder_open(struct folder *o, const char *purpose, struct fault *f)
{
	char own[PATH_MAX];

	made_own(&o->made, "", own);
	own[strlen(own) - 1] = '\0';
	if (appendfile_mkdir(o->made.path, f) == -1 ||
	    appendfile_mkdir(own, f) == -1 || take_lock(o, f) == -1 ||
	    made_read(&o->made, purpose, f) == -1)
		return -1;
	clean(own);
	return settle(o, f);
}

int
folder_look(struct folder *o, struct made_day *d, enum table_format format,
    enum folder_owner *owner, struct fault *f)
{
	struct made_file *file = &d->files[format];
	char path[PATH_MAX], is[SIGNATURE_SIZE];
	struct appendfile_state now;
	struct fault why = {0};

	made_path(&o->made, d, format, path);
	*owner = FOLDER_SOMEONE;
	if (appendfile_stat(path, &now) == -1) {
		if (errno == ENOENT)
			*owner = FOLDER_NOBODY;
		else if (errno != EINVAL)
			return fault_set(
			    f, FAULT_STORAGE, errno, "can't look at %s", path);
		return 0;
	}
	if (file->sha256[0] == '\0')
		return 0;
	if (memcmp(&now, &file->state, sizeof(now)) == 0) {
		*owner = FOLDER_OURS;
		return 0;
	}
	/* One that can't be read is no more ours. */
	if (hash_file(path, is, &why) == -1)
		return why.kind == FAULT_MEMORY ? fault_take(f, &why) : 0;
	if (strcmp(is, file->sha256) == 0) {
		*owner = FOLDER_OURS;
		file->state = now;
		o->made.changed = 1;
	}
	return 0;
}

/* It is there now, and ours. */
static void
adopt(struct folder *o, struct made_file *file, const char *path,
    const char *sha256)
{
	(void)snprintf(file->sha256, SIGNATURE_SIZE, "%s", sha256);
	if (appendfile_stat(path, &file->state) == -1)
		memset(&file->state, 0, sizeof(file->state));
	o->made.changed = 1;
}

/* Has someone's file the same bytes?  Then nobody minds whose it is. */
static int
is_same(const char *path, const char *sha256)
{
	char is[SIGNATURE_SIZE];
	struct fault ignored = {0};

	return hash_file(path, is, &ignored) == 0 && strcmp(is, sha256) == 0;
}

/* It takes the place of nothing, or of what is ours. */
static int
place(struct folder *o, struct made_day *d, enum table_format format,
    const char *sha256, int replaces, struct fault *f)
{
	char path[PATH_MAX], draft[PATH_MAX];
	struct stat st;

	made_path(&o->made, d, format, path);
	made_draft(&o->made, d, format, draft);
	/* Who could read the file that it replaces can read it. */
	if (replaces && stat(path, &st) == 0)
		(void)chmod(draft, st.st_mode & 0777);
	if (made_promise(&o->made, d, format, sha256, f) == -1 ||
	    appendfile_rename(draft, path, f) == -1)
		return -1;
	adopt(o, &d->files[format], path, sha256);
	return 0;
}

int
folder_put(struct folder *o, struct made_day *d, enum table_format format,
    enum folder_result *result, struct fault *f)
{
	char path[PATH_MAX], draft[PATH_MAX], sha256[SIGNATURE_SIZE];
	enum folder_owner owner;

	made_path(&o->made, d, format, path);
	made_draft(&o->made, d, format, draft);
	if (hash_file(draft, sha256, f) == -1 ||
	    folder_look(o, d, format, &owner, f) == -1)
		return -1;
	if (owner == FOLDER_NOBODY) {
		*result = FOLDER_MADE;
		return place(o, d, format, sha256, 0, f);
	}
	*result = FOLDER_SAME;
	if (owner == FOLDER_SOMEONE) {
		if (is_same(path, sha256))
			adopt(o, &d->files[format], path, sha256);
		else
			*result = FOLDER_LEFT;
	} else if (strcmp(sha256, d->files[format].sha256) != 0) {
		*result = FOLDER_RENEWED;
		return place(o, d, format, sha256, 1, f);
	}
	return appendfile_unlink(draft, f);
}

int
folder_remove(struct folder *o, struct made_day *d, enum table_format format,
    enum folder_owner *owner, struct fault *f)
{
	char path[PATH_MAX];

	made_path(&o->made, d, format, path);
	if (folder_look(o, d, format, owner, f) == -1 ||
	    (*owner == FOLDER_OURS && appendfile_unlink(path, f) == -1))
		return -1;
	if (*owner == FOLDER_SOMEONE || d->files[format].sha256[0] == '\0')
		return 0;
	memset(&d->files[format], 0, sizeof(d->files[format]));
	o->made.changed = 1;
	return 0;
}

void
folder_close(struct folder *o)
{
	lock_close(o->lock);
	made_free(&o->made);
	o->lock = NULL;
}
