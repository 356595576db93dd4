/*
 * deliver: what send, replay and check share: where to, signed with what, how
 * many at once, and what an answer means.
 */
#ifndef DELIVER_H
#define DELIVER_H

#include "base/bytes.h"
#include "cli/cli.h"
#include "cli/deliver/http.h"
#include "webhook/signature.h"

#define DELIVER_SECRET_SIZE 1024

struct deliver {
	const struct cli *cli;
	const char *url;
	char secret[DELIVER_SECRET_SIZE]; /* "": unsigned */
	struct http *http;                /* owned */
};

/*
 * Make it ready from the options --url, --jobs and --insecure; --jobs is at
 * most 256.  EX_OK, or what cli_fail() returned; deliver_close() in any case.
 */
int deliver_open(struct deliver *, const struct cli *) __attribute__((nonnull));
void deliver_close(struct deliver *) __attribute__((nonnull));

/*
 * Take the secret: the first line of the file that --secret-file names, or the
 * newest of an endpoint.  EX_OK, or what cli_fail() returned.
 */
int deliver_take_file(struct deliver *) __attribute__((nonnull));
int deliver_take_endpoint(struct deliver *, const struct endpoint *)
    __attribute__((nonnull));

/*
 * Fill in what goes out with a body: the URL, and the headers signature and
 * event, which stand in the request until it has begun.
 */
struct deliver_headers {
	struct http_header list[2];
	char signature[SIGNATURE_SIZE];
};
int deliver_sign(const struct deliver *, struct http_request *,
    struct deliver_headers *) __attribute__((nonnull));

/*
 * The header X-Webhook-Event as the sender makes it of a body: the member
 * "event" of it, where that is plain ASCII.  1, or 0 where there is none; it is
 * borrowed from the body.
 */
int deliver_event(const char *body, size_t, struct http_header *)
    __attribute__((nonnull));

/*
 * Send what next gives: it returns 1 with a request (body, number, tag), 0
 * when there is none, 2 to be asked again after the next answer, or -1 when
 * it has complained.  done hears of each
 * answer, and returns other than 0 to have no more sent.  Ends early when the
 * person wants it.  EX_OK, or an exit code when something failed here.
 */
int deliver_all(struct deliver *, int (*next)(void *, struct http_request *),
    int (*done)(void *, const struct http_reply *), void *context)
    __attribute__((nonnull(1, 2, 3)));

/* The exit code that an answer means, and which of two is the graver. */
int deliver_verdict(const struct http_reply *) __attribute__((nonnull));
int deliver_graver(int, int);

/* The value of an option as a number from 1 to most; EX_OK, or EX_USAGE. */
int deliver_number(const struct cli *, const char *name, long most, long *out)
    __attribute__((nonnull));

/* Append what the Test button sends, with an empty delivery_id. */
void deliver_make_test(struct bytes *) __attribute__((nonnull));

/*
 * The first line of what a stranger sent, as much as there is room for, for a
 * message of ours: what is not plain ASCII is a question mark.
 */
void deliver_line(char *out, size_t size, const char *, size_t)
    __attribute__((nonnull));

/* Write what a stranger sent: what would move the cursor is a blank. */
void deliver_print(FILE *, const char *, size_t) __attribute__((nonnull(1)));

#endif
