/* remedy: commands that work when pasted; see remedy.h. */
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "config/remedy.h"

/* Users with lower numbers are made by the system (Debian Policy 9.2.2). */
#define PERSONS_FROM 1000

/* Who may run a command. */
enum rights { ANYONE, OWNER, OWNER_OR_ROOT, PAGE_OR_ROOT, ROOT };

/* The commands that messages tell; of the first kind all others are OWNER. */
static const struct {
	const char *name;
	enum rights rights;
	int path; /* the word behind so many is a path, to the end; 0: none */
} commands[] = {{"leadsheet check", ANYONE, 0}, {"leadsheet status", ANYONE, 0},
    {"leadsheet tail", ANYONE, 0}, {"leadsheet export", ANYONE, 0},
    {"leadsheet send", ANYONE, 0}, {"leadsheet replay", ANYONE, 0},
    {"leadsheet endpoint list", ANYONE, 0}, {"leadsheet page", PAGE_OR_ROOT, 0},
    {"leadsheet", OWNER, 0}, {"chmod", OWNER_OR_ROOT, 2}, {"chown", ROOT, 2},
    {"usermod", ROOT, 0}};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

void
remedy_word(struct bytes *b, const char *s, size_t n)
{
	static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				   "qrstuvwxyz0123456789-_./:=@%+,~";
	size_t i = 0;

	/* A ~ that a person wrote is to stay one; ours is never at the front.
	 */
	while (i < n && s[i] != '\0' && strchr(bare, s[i]) != NULL &&
	       (i > 0 || s[i] != '~'))
		i++;
	if (n > 0 && i == n) {
		bytes_add(b, s, n);
		return;
	}
	bytes_addc(b, '\'');
	for (i = 0; i < n; i++)
		if (s[i] == '\'')
			bytes_adds(b, "'\\''");
		else
			bytes_addc(b, s[i]);
	bytes_addc(b, '\'');
}

/* Which command begins there?  COMMANDS where none does. */
static size_t
find(const char *s, size_t n)
{
	size_t i, len;

	for (i = 0; i < COMMANDS; i++) {
		len = strlen(commands[i].name);
		if (n >= len && memcmp(s, commands[i].name, len) == 0 &&
		    (n == len || s[len] == ' '))
			return i;
	}
	return COMMANDS;
}

/* The command as its right user types it. */
static void
add_plain(const struct remedy *r, size_t which, const char *s, size_t n,
    struct bytes *b)
{
	const char *rest, *end = s + n;
	int words;

	if (commands[which].path == 0 && commands[which].rights != ROOT) {
		s += strlen("leadsheet");
		remedy_word(b, r->program, strlen(r->program));
		if (r->home != NULL) {
			bytes_adds(b, " --home ");
			remedy_word(b, r->home, strlen(r->home));
		}
	} else if (commands[which].path > 0) {
		rest = s;
		for (words = 0; rest != NULL && words < commands[which].path;
		     words++) {
			rest = memchr(rest, ' ', (size_t)(end - rest));
			rest = rest == NULL ? NULL : rest + 1;
		}
		if (rest != NULL) {
			bytes_add(b, s, (size_t)(rest - s));
			remedy_word(b, rest, (size_t)(end - rest));
			return;
		}
	}
	bytes_add(b, s, (size_t)(end - s));
}

/* What makes root the owner. */
static void
add_runuser(const struct remedy *r, struct bytes *b)
{
	if (r->owner_name != NULL)
		bytes_printf(b, "runuser -u %s -- ", r->owner_name);
	else
		bytes_printf(b, "setpriv --reuid=%u --regid=%u --clear-groups ",
		    (unsigned)r->owner, (unsigned)r->owner);
}

/* Is it about HOME/page, or a file in it? */
static int
is_of_page(const char *s, size_t n)
{
	static const char name[] = "/page";
	const char *at = memmem(s, n, name, strlen(name));

	while (
	    at != NULL && at + strlen(name) < s + n && at[strlen(name)] != '/')
		at = memmem(
		    at + 1, (size_t)(s + n - at) - 1, name, strlen(name));
	return at != NULL;
}

static void
add_command(const struct remedy *r, size_t which, enum rights rights,
    const char *s, size_t n, struct bytes *b)
{
	int owner = rights == OWNER && r->owner != 0;
	int of_page = rights == PAGE_OR_ROOT ||
	              (commands[which].path > 0 && is_of_page(s, n));
	uid_t may = of_page ? r->page_owner : r->owner;
	struct bytes as_root = {0};

	if (rights == ANYONE || (rights != ROOT && r->reader == may) ||
	    (r->reader == 0 && !owner)) {
		add_plain(r, which, s, n, b);
		return;
	}
	if (r->reader != 0 && r->sudo && owner && r->owner_name != NULL) {
		bytes_printf(b, "sudo -u %s ", r->owner_name);
		add_plain(r, which, s, n, b);
		return;
	}
	if (owner)
		add_runuser(r, &as_root);
	add_plain(r, which, s, n, &as_root);
	if (r->reader != 0 && r->sudo)
		bytes_adds(b, "sudo ");
	/* Without sudo: su asks for root's password. */
	if (r->reader != 0 && !r->sudo) {
		bytes_adds(b, "su -c ");
		remedy_word(
		    b, as_root.data == NULL ? "" : as_root.data, as_root.len);
	} else {
		bytes_add(b, as_root.data, as_root.len);
	}
	b->failed |= as_root.failed;
	bytes_free(&as_root);
}

/* It needs no home, or it names another. */
static int
is_whole(const char *s, size_t n)
{
	return memmem(s, n, " --help", strlen(" --help")) != NULL ||
	       memmem(s, n, " --home ", strlen(" --home ")) != NULL;
}

void
remedy_command(const struct remedy *r, const char *command, struct bytes *b)
{
	struct remedy bare = *r;
	size_t n = strlen(command), which = find(command, n);

	bare.home = NULL;
	bare.reader = bare.page_owner = bare.owner;
	if (which == COMMANDS)
		bytes_add(b, command, n);
	else
		add_command(is_whole(command, n) ? &bare : r, which,
		    commands[which].rights, command, n, b);
}

void
remedy_as_owner(const struct remedy *r, const char *command, struct bytes *b)
{
	size_t n = strlen(command), which = find(command, n);

	if (which == COMMANDS)
		bytes_add(b, command, n);
	else
		add_command(r, which, OWNER, command, n, b);
}

void
remedy_complete(const struct remedy *r, const char *text, struct bytes *b)
{
	struct bytes command = {0};
	const char *quote, *end;

	while ((quote = strchr(text, '"')) != NULL &&
	       (end = strchr(quote + 1, '"')) != NULL) {
		bytes_add(b, text, (size_t)(quote + 1 - text));
		if (find(quote + 1, (size_t)(end - quote - 1)) == COMMANDS) {
			/* The next quote may open a command. */
			text = quote + 1;
			continue;
		}
		bytes_reset(&command);
		bytes_add(&command, quote + 1, (size_t)(end - quote - 1));
		bytes_addc(&command, '\0');
		if (!command.failed)
			remedy_command(r, command.data, b);
		b->failed |= command.failed;
		bytes_addc(b, '"');
		text = end + 1;
	}
	bytes_adds(b, text);
	bytes_free(&command);
}

/* Not getpwuid(3): it loads libraries, which a static program can't. */
int
remedy_user(uid_t number, char out[static REMEDY_USER_SIZE])
{
	FILE *users = fopen("/etc/passwd", "re");
	struct passwd *user;
	int found = 0;

	(void)snprintf(out, REMEDY_USER_SIZE, "%u", (unsigned)number);
	while (users != NULL && !found && (user = fgetpwent(users)) != NULL)
		found = user->pw_uid == number &&
		        strlen(user->pw_name) < REMEDY_USER_SIZE;
	if (found)
		(void)strcpy(out, user->pw_name);
	if (users != NULL)
		(void)fclose(users);
	return found;
}

int
remedy_find_user(const char *name, uid_t *out)
{
	FILE *users = fopen("/etc/passwd", "re");
	struct passwd *user;
	int found = 0;

	while (users != NULL && !found && (user = fgetpwent(users)) != NULL)
		if ((found = strcmp(user->pw_name, name) == 0) != 0)
			*out = user->pw_uid;
	if (users != NULL)
		(void)fclose(users);
	return found;
}

void
remedy_for_log(
    struct remedy *r, const char *home, char user[static REMEDY_USER_SIZE])
{
	struct stat st, of_page;
	char page[PATH_MAX];

	memset(r, 0, sizeof(*r));
	r->program = "leadsheet";
	r->home = home;
	if (stat(home, &st) == -1)
		return;
	r->owner = r->page_owner = st.st_uid;
	if (snprintf(page, sizeof(page), "%s/page", home) < PATH_MAX &&
	    lstat(page, &of_page) == 0)
		r->page_owner = of_page.st_uid;
	r->reader = st.st_uid < PERSONS_FROM ? 0 : st.st_uid;
	r->owner_name = remedy_user(st.st_uid, user) ? user : NULL;
}
