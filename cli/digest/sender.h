/*
 * sender: this machine's name, and whom a mail of this process comes from where
 * nobody has said it.
 */
#ifndef SENDER_H
#define SENDER_H

#include "markup/mime.h"

/* This machine's name, with its domain where one is known; "" for none. */
void sender_host(char out[static MIME_ADDRESS_SIZE]);

/*
 * USER@HOST: who runs this, at the name that this machine's mail has
 * (/etc/mailname), else at its own.  0, or -1 where that is no address.
 */
int sender_address(char out[static MIME_ADDRESS_SIZE])
    __attribute__((warn_unused_result));

#endif
