/*
 * remedy: the commands that messages tell, such that they work when pasted.
 *
 * A message names a command in quotes, as one types it whose home is found by
 * itself and is their own: run "leadsheet secret main".  Whoever shows the
 * message to a person passes it through here, which adds what else it takes:
 * the program's path, the home, and the user whom the home belongs to.  Of
 * "chmod 600 PATH" and the like the last word is all that stands before the
 * closing quote.  A command with --help or --home in it gets no home and no
 * user.  "leadsheet page ..." is for whoever HOME/page belongs to, and root.
 */
#ifndef REMEDY_H
#define REMEDY_H

#include <stddef.h>
#include <sys/types.h>

struct bytes;

/* Who is to paste it, and where.  All strings are borrowed. */
struct remedy {
	const char *program; /* as it is to be typed */
	const char *home;    /* NULL: it is found without being named */
	uid_t reader;        /* whoever will paste it */
	uid_t owner;         /* of the home; the reader where there is none */
	const char *owner_name; /* NULL: the owner has no name */
	int sudo;               /* is there a sudo? */
	uid_t page_owner;       /* of HOME/page, or whose it is to be */
};

/* Append text with its commands completed. */
void remedy_complete(const struct remedy *, const char *text, struct bytes *)
    __attribute__((nonnull));

/* Append one command, without the quotes, completed. */
void remedy_command(const struct remedy *, const char *command, struct bytes *)
    __attribute__((nonnull));

/* The same for one that only the owner can do, whatever it is. */
void remedy_as_owner(const struct remedy *, const char *command, struct bytes *)
    __attribute__((nonnull));

/* Append a word as a shell reads it: bare where it can be, else in ''. */
void remedy_word(struct bytes *, const char *, size_t) __attribute__((nonnull));

#define REMEDY_USER_SIZE 64

/*
 * The name of a user of this machine; 1, or 0 with the number in its place:
 * directories like LDAP are not asked.
 */
int
remedy_user(uid_t, char out[static REMEDY_USER_SIZE]) __attribute__((nonnull));

/* The number of the user of that name: 1, or 0 where there is none. */
int remedy_find_user(const char *name, uid_t *) __attribute__((nonnull));

/*
 * For a reader of the log, where home is the receiver's: root, when the home
 * belongs to a user as whom nobody logs in (one that the system made, below
 * 1000), else the home's owner, whose name is written into user.
 */
void remedy_for_log(struct remedy *, const char *home,
    char user[static REMEDY_USER_SIZE]) __attribute__((nonnull));

#endif
