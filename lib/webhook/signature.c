/* signature: is it from the sender?  See signature.h. */
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "webhook/signature.h"

#define DIGEST_SIZE 32 /* SHA-256 */

int
signature_start(int alone, struct fault *f)
{
	uint64_t without = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT;

	if (alone)
		without |= OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
		           OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
		           OPENSSL_INIT_NO_ADD_ALL_DIGESTS;
	if (OPENSSL_init_crypto(without, NULL) != 1)
		return fault_set(f, FAULT_MEMORY, 0, "OpenSSL doesn't start");
	return 0;
}

static void
to_hex(const unsigned char *digest, char out[static SIGNATURE_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < DIGEST_SIZE; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[2 * DIGEST_SIZE] = '\0';
}

int
signature_make(const char *secret, const char *body, size_t n,
    char out[static SIGNATURE_SIZE], struct fault *f)
{
	unsigned char digest[DIGEST_SIZE];
	unsigned int len = sizeof(digest);
	size_t key = strlen(secret);

	/* OpenSSL would sign with an empty key as well. */
	if (key == 0 || key > INT_MAX)
		return fault_set(f, FAULT_SETUP, 0, "the secret is empty");
	if (HMAC(EVP_sha256(), secret, (int)key, (const unsigned char *)body, n,
		digest, &len) == NULL)
		return fault_set(f, FAULT_MEMORY, 0, "OpenSSL: HMAC fails");
	to_hex(digest, out);
	return 0;
}

/* The 64 digits in header, in lower case; 0, or -1 when there are others. */
static int
read_header(const char *header, char out[static SIGNATURE_SIZE])
{
	size_t i;
	char c;

	header += strspn(header, " \t");
	for (i = 0; i < SIGNATURE_SIZE - 1; i++) {
		c = header[i];
		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return -1;
		out[i] = c;
	}
	out[i] = '\0';
	header += i;
	header += strspn(header, " \t");
	return *header == '\0' ? 0 : -1;
}

int
signature_verify(const struct signature_secrets *secrets, const char *header,
    const char *body, size_t n, char out[static SIGNATURE_SIZE],
    struct fault *f)
{
	char expected[SIGNATURE_SIZE];
	int good = 0;
	size_t i;

	if (read_header(header, out) == -1)
		return 0;
	for (i = 0; i < secrets->n; i++) {
		if (signature_make(secrets->list[i], body, n, expected, f) ==
		    -1)
			return -1;
		good |= CRYPTO_memcmp(expected, out, SIGNATURE_SIZE) == 0;
	}
	return good;
}

int
signature_sha256(
    const char *p, size_t n, char out[static SIGNATURE_SIZE], struct fault *f)
{
	struct signature_digest once = {NULL};
	int rc = signature_digest(&once, p, n, out, f);

	signature_digest_free(&once);
	return rc;
}

int
signature_digest(struct signature_digest *d, const char *p, size_t n,
    char out[static SIGNATURE_SIZE], struct fault *f)
{
	unsigned char digest[DIGEST_SIZE];
	/* A context that has its method already is to keep it. */
	const EVP_MD *method = d->context == NULL ? EVP_sha256() : NULL;

	if (d->context == NULL)
		d->context = EVP_MD_CTX_new();
	if (d->context == NULL ||
	    EVP_DigestInit_ex(d->context, method, NULL) != 1 ||
	    EVP_DigestUpdate(d->context, p, n) != 1 ||
	    EVP_DigestFinal_ex(d->context, digest, NULL) != 1) {
		signature_digest_free(d);
		return fault_set(f, FAULT_MEMORY, 0, "OpenSSL: SHA-256 fails");
	}
	to_hex(digest, out);
	return 0;
}

void
signature_digest_free(struct signature_digest *d)
{
	EVP_MD_CTX_free(d->context);
	d->context = NULL;
}
