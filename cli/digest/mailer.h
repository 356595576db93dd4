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
 * stdin, and wait for it.  0: it has taken the mail, as it exited 0.  Else -1
 * with the fault set, a sentence with what it said:
 *
 *	FAULT_SETUP	there is no such program, or it isn't set up
 *	FAULT_DAMAGED	it doesn't take this mail, or these addresses
 *	FAULT_BUSY	it didn't now; it may another time
 *
 * Where it hasn't ended by itself after so many seconds, or a person wants to
 * stop (terminal_stopped()), it is ended, with what it has started.
 */
int mailer_send(const char *program, const char *from, const char *const *to,
    size_t nto, const struct bytes *mail, int seconds, struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
