/* confine: what this process may open from here on; see confine.h. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

#include "config/endpoint.h"
#include "page/confine.h"

/* What is let through below a home. */
enum way { LIST, READ, KEEP };

static int
join(char out[static PATH_MAX], const char *dir, const char *name,
    const char *file)
{
	int n = snprintf(out, PATH_MAX, "%s/%s%s", dir, name, file);

	return n > 0 && n < PATH_MAX ? 0 : -1;
}

/* Each file and directory that a process of the page may need. */
static void
each_path(const char *home, void (*take)(void *, const char *, enum way),
    void *context)
{
	char path[PATH_MAX];
	const struct dirent *e;
	DIR *dir = opendir(home);

	take(context, home, LIST);
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		if (!endpoint_is_name(e->d_name))
			continue;
		if (join(path, home, e->d_name, "/journal") == 0)
			take(context, path, READ);
		if (join(path, home, e->d_name, "/cursors") == 0)
			take(context, path, READ);
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (join(path, home, "leadsheet.conf", "") == 0)
		take(context, path, READ);
	if (join(path, home, "page", "") == 0)
		take(context, path, KEEP);
}

/* The order of a directory's names is none: they are summed up. */
static void
add_look(void *context, const char *path, enum way way)
{
	uint64_t *sum = context, hash = UINT64_C(0xcbf29ce484222325);
	uint64_t numbers[2];
	struct stat st;
	const char *s;
	size_t i;

	(void)way;
	if (stat(path, &st) == -1)
		return;
	numbers[0] = (uint64_t)st.st_dev;
	numbers[1] = (uint64_t)st.st_ino;
	for (s = path; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
	for (i = 0; i < 2; i++)
		hash = (hash ^ numbers[i]) * UINT64_C(0x9e3779b97f4a7c15);
	*sum += hash ^ hash >> 29;
}

uint64_t
confine_look(const char *home)
{
	uint64_t sum = 0;

	each_path(home, add_look, &sum);
	return sum;
}

#ifdef LANDLOCK_CREATE_RULESET_VERSION

#define LISTS LANDLOCK_ACCESS_FS_READ_DIR
#define READS (LISTS | LANDLOCK_ACCESS_FS_READ_FILE)
#define KEEPS                                                                  \
	(READS | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | \
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |     \
	    LANDLOCK_ACCESS_FS_REMOVE_DIR)

/* What only some kernels and some headers know, by the version that has it. */
#define TRUNCATES (UINT64_C(1) << 14) /* 3 */
#define IOCTLS    (UINT64_C(1) << 15) /* 5: of devices */

/* Of a file that is no directory only these can be let through. */
#define OF_FILES                                                               \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |           \
	    LANDLOCK_ACCESS_FS_WRITE_FILE | TRUNCATES)

struct rules {
	int fd;
	uint64_t handled; /* all that the kernel knows to forbid */
};

static void
let(const struct rules *r, const char *path, uint64_t what)
{
	struct landlock_path_beneath_attr rule = {
	    .parent_fd = open(path, O_PATH | O_CLOEXEC)};
	struct stat st;

	if (rule.parent_fd == -1)
		return;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		what &= OF_FILES;
	rule.allowed_access = what & r->handled;
	(void)syscall(
	    SYS_landlock_add_rule, r->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	(void)close(rule.parent_fd);
}

static void
let_path(void *context, const char *path, enum way way)
{
	static const uint64_t what[] = {
	    [LIST] = LISTS, [READ] = READS, [KEEP] = KEEPS | TRUNCATES};

	let(context, path, what[way]);
}

/* What the libraries open by themselves. */
static void
let_system(const struct rules *r)
{
	static const char *const paths[] = {"/usr/share/zoneinfo",
	    "/etc/localtime", "/etc/passwd", "/dev/urandom",
	    "/proc/sys/kernel/random/boot_id"};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		let(r, paths[i], READS);
	let(r, "/dev/null", READS | LANDLOCK_ACCESS_FS_WRITE_FILE);
}

static int
landlock(const char *home)
{
	struct landlock_ruleset_attr attr = {
	    .handled_access_fs = (UINT64_C(1) << 13) - 1};
	struct rules rules;
	long version;
	int rc;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (version < 1)
		return 0;
	if (version >= 3)
		attr.handled_access_fs |= TRUNCATES;
	if (version >= 5)
		attr.handled_access_fs |= IOCTLS;
	rules.handled = attr.handled_access_fs;
	rules.fd = (int)syscall(SYS_landlock_create_ruleset, &attr,
	    sizeof(attr.handled_access_fs), 0);
	if (rules.fd == -1)
		return 0;
	each_path(home, let_path, &rules);
	let_system(&rules);
	rc = syscall(SYS_landlock_restrict_self, rules.fd, 0) == 0;
	(void)close(rules.fd);
	return rc;
}

#else /* these headers are older than Landlock */

static int
landlock(const char *home)
{
	(void)home;
	return 0;
}

#endif

int
confine_process(const char *home)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return 0;
	return landlock(home);
}
