/* authorities: which certificates this machine trusts; see authorities.h. */
#include <stddef.h>
#include <unistd.h>

#include "cli/deliver/authorities.h"

/* The most common first, as nearly every machine has only one of them. */
static const char *const places[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Arch, Gentoo */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* Red Hat, Alma, CloudLinux */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* the same, later */
    "/etc/ssl/ca-bundle.pem",                            /* SUSE */
    "/etc/ssl/cert.pem",                                 /* Alpine */
    "/var/lib/ca-certificates/ca-bundle.pem",            /* SUSE, later */
    "/usr/local/share/certs/ca-root-nss.crt",            /* FreeBSD */
};

static int
can_be_read(const char *path)
{
	return path != NULL && path[0] != '\0' && access(path, R_OK) == 0;
}

const char *
authorities_file(const char *named, const char *built_in)
{
	size_t i;

	if (named != NULL && named[0] != '\0')
		return named;
	if (can_be_read(built_in))
		return built_in;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (can_be_read(places[i]))
			return places[i];
	return places[0];
}
