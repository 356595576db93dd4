/*
 * authorities: where this machine keeps the certificates of the authorities
 * that it trusts, so that a server's certificate can be checked.
 *
 * A library of the machine's own knows the place. A program that brings its
 * libraries along (the bundle for shared hosting) finds it out, as the place
 * differs between Debian, Red Hat and its relatives, SUSE, Alpine and others.
 */
#ifndef AUTHORITIES_H
#define AUTHORITIES_H

/* What to say where the file can't be read: what is wrong, and the remedy. */
#define AUTHORITIES_MISSING                                                    \
	"there is no list here of the certificate authorities that are "       \
	"trusted"
#define AUTHORITIES_REMEDY                                                     \
	"install the package ca-certificates, or download "                    \
	"https://curl.se/ca/cacert.pem and set SSL_CERT_FILE to its path"

/*
 * The file: named (from $SSL_CERT_FILE) where that isn't NULL or empty; else
 * built_in, which the library was built with, unless it is NULL or can't be
 * read; else the first known place that can be read. Where none can, the most
 * common one, so that whoever reads it finds it missing. Borrowed.
 */
const char *authorities_file(const char *named, const char *built_in)
    __attribute__((returns_nonnull, warn_unused_result));

#endif
