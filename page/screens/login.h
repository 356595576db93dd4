/*
 * login: who is looking: name and password, and the way out.
 */
#ifndef LOGIN_H
#define LOGIN_H

struct fault;
struct viewing;

/*
 * The form, and what it sends; "to" says where to go afterwards: a path of
 * ours, such as /leads?q=x.  0, or -1 with the fault set.
 */
int login_answer(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* End the session: 0, or -1 with the fault set. */
int login_end(struct viewing *, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Nobody may look yet: how that is changed, and nothing else. */
void login_nobody(struct viewing *) __attribute__((nonnull));

/* Is it a path of ours to go to after the login? */
int login_is_way_back(const char *) __attribute__((nonnull));

#endif
