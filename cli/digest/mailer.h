/*
 * mailer: the machine's mail program, sendmail or what stands in for it
 * (Postfix, Exim, OpenSMTPD, msmtp, dma ...).
 */
#ifndef MAILER_H
#define MAILER_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/fault.h"

#define MAILER_PROGRAM "/usr/sbin/sendmail"

/*
 * Run "PROGRAM -i -f FROM -- TO...", without a shell, with the mail on its
 * stdin; it is ended where it hasn't by itself after so many seconds.  0: it
 * has taken the mail.  -1 with the fault set, a sentence with what it said: of
 * FAULT_SETUP where there is no such program, else a kind that a retry can help
 * or not, as its exit code tells (sysexits.h).
 */
int mailer_send(const char *program, const char *from, const char *const *to,
    size_t nto, const struct bytes *mail, int seconds, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
