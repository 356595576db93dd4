/* signature: is it from the sender?  See signature.h. */
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "webhook/signature.h"

#define DIGEST_SIZE SIGNATURE_BYTES
#define BLOCK_SIZE  64

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
signature_sha256(
    const char *p, size_t n, char out[static SIGNATURE_SIZE], struct fault *f)
{
	struct signature_digest once = {NULL};
	int rc = signature_digest(&once, p, n, out, f);

	signature_digest_free(&once);
	return rc;
}

static int
digest_fails(struct signature_digest *d, struct fault *f)
{
	signature_digest_free(d);
	return fault_set(f, FAULT_MEMORY, 0, "OpenSSL: SHA-256 fails");
}

int
signature_digest_begin(struct signature_digest *d, struct fault *f)
{
	/* A context that has its method already is to keep it. */
	const EVP_MD *method = d->context == NULL ? EVP_sha256() : NULL;

	if (d->context == NULL)
		d->context = EVP_MD_CTX_new();
	if (d->context == NULL ||
	    EVP_DigestInit_ex(d->context, method, NULL) != 1)
		return digest_fails(d, f);
	return 0;
}

int
signature_digest_add(
    struct signature_digest *d, const char *p, size_t n, struct fault *f)
{
	return EVP_DigestUpdate(d->context, p, n) == 1 ? 0 : digest_fails(d, f);
}

int
signature_digest_end(struct signature_digest *d,
    char out[static SIGNATURE_SIZE], struct fault *f)
{
	unsigned char digest[DIGEST_SIZE];

	if (EVP_DigestFinal_ex(d->context, digest, NULL) != 1)
		return digest_fails(d, f);
	to_hex(digest, out);
	return 0;
}

int
signature_digest(struct signature_digest *d, const char *p, size_t n,
    char out[static SIGNATURE_SIZE], struct fault *f)
{
	return signature_digest_begin(d, f) == -1 ||
	               signature_digest_add(d, p, n, f) == -1 ||
	               signature_digest_end(d, out, f) == -1
	           ? -1
	           : 0;
}

void
signature_digest_free(struct signature_digest *d)
{
	EVP_MD_CTX_free(d->context);
	d->context = NULL;
}

/*
 * The two halves of an HMAC's key (RFC 2104), each one block that SHA-256 has
 * taken in: a body's HMAC begins with a copy of them.
 */
struct key {
	EVP_MD_CTX *inner, *outer;
};

struct signature_keys {
	EVP_MD *sha256;
	EVP_MD_CTX *work; /* of the body in hand */
	size_t n;
	struct key list[];
};

static int
fails(struct fault *f)
{
	return fault_set(f, FAULT_MEMORY, 0, "OpenSSL: SHA-256 fails");
}

/* A context that has taken in the key, each of its bytes changed by with. */
static EVP_MD_CTX *
take_half(const EVP_MD *sha256, const unsigned char key[static BLOCK_SIZE],
    unsigned char with)
{
	unsigned char block[BLOCK_SIZE];
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t i;

	for (i = 0; i < BLOCK_SIZE; i++)
		block[i] = key[i] ^ with;
	if (c != NULL && (EVP_DigestInit_ex(c, sha256, NULL) != 1 ||
			     EVP_DigestUpdate(c, block, BLOCK_SIZE) != 1)) {
		EVP_MD_CTX_free(c);
		c = NULL;
	}
	OPENSSL_cleanse(block, sizeof(block));
	return c;
}

static int
take_key(struct key *k, const EVP_MD *sha256, const void *key, size_t n,
    struct fault *f)
{
	unsigned char block[BLOCK_SIZE] = {0};
	int rc = 0;

	if (n == 0)
		return fault_set(f, FAULT_SETUP, 0, "the secret is empty");
	/* A key that is longer than a block is its digest. */
	if (n > BLOCK_SIZE &&
	    EVP_Digest(key, n, block, NULL, sha256, NULL) != 1)
		rc = -1;
	if (n <= BLOCK_SIZE)
		memcpy(block, key, n);
	if (rc == 0) {
		k->inner = take_half(sha256, block, 0x36);
		k->outer = take_half(sha256, block, 0x5c);
	}
	OPENSSL_cleanse(block, sizeof(block));
	return k->inner == NULL || k->outer == NULL ? fails(f) : 0;
}

struct signature_keys *
signature_keys_new(const struct signature_secrets *secrets, struct fault *f)
{
	struct signature_keys *keys;
	size_t i;
	int rc = 0;

	keys = calloc(1, sizeof(*keys) + secrets->n * sizeof(keys->list[0]));
	if (keys == NULL) {
		(void)fault_memory(f);
		return NULL;
	}
	keys->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	keys->work = EVP_MD_CTX_new();
	if (keys->sha256 == NULL || keys->work == NULL)
		rc = fails(f);
	for (i = 0; i < secrets->n && rc == 0; i++)
		rc = take_key(&keys->list[keys->n++], keys->sha256,
		    secrets->list[i], strlen(secrets->list[i]), f);
	if (rc == -1) {
		signature_keys_free(keys);
		return NULL;
	}
	return keys;
}

static int
make_with(const struct signature_keys *keys, const struct key *k,
    const char *body, size_t n, char out[static SIGNATURE_SIZE])
{
	unsigned char digest[DIGEST_SIZE];
	EVP_MD_CTX *w = keys->work;

	if (EVP_MD_CTX_copy_ex(w, k->inner) != 1 ||
	    EVP_DigestUpdate(w, body, n) != 1 ||
	    EVP_DigestFinal_ex(w, digest, NULL) != 1 ||
	    EVP_MD_CTX_copy_ex(w, k->outer) != 1 ||
	    EVP_DigestUpdate(w, digest, sizeof(digest)) != 1 ||
	    EVP_DigestFinal_ex(w, digest, NULL) != 1)
		return -1;
	to_hex(digest, out);
	return 0;
}

int
signature_keys_verify(struct signature_keys *keys, const char *header,
    const char *body, size_t n, char out[static SIGNATURE_SIZE], char *sha256,
    struct fault *f)
{
	unsigned char digest[DIGEST_SIZE];
	char expected[SIGNATURE_SIZE];
	int good = 0;
	size_t i;

	if (read_header(header, out) == -1)
		return 0;
	for (i = 0; i < keys->n; i++) {
		if (make_with(keys, &keys->list[i], body, n, expected) == -1)
			return fails(f);
		good |= CRYPTO_memcmp(expected, out, SIGNATURE_SIZE) == 0;
	}
	if (!good || sha256 == NULL)
		return good;
	if (EVP_DigestInit_ex(keys->work, keys->sha256, NULL) != 1 ||
	    EVP_DigestUpdate(keys->work, body, n) != 1 ||
	    EVP_DigestFinal_ex(keys->work, digest, NULL) != 1)
		return fails(f);
	to_hex(digest, sha256);
	return 1;
}

void
signature_keys_free(struct signature_keys *keys)
{
	size_t i;

	if (keys == NULL)
		return;
	/* OpenSSL wipes what it frees of a digest. */
	for (i = 0; i < keys->n; i++) {
		EVP_MD_CTX_free(keys->list[i].inner);
		EVP_MD_CTX_free(keys->list[i].outer);
	}
	EVP_MD_CTX_free(keys->work);
	EVP_MD_free(keys->sha256);
	free(keys);
}

int
signature_verify(const struct signature_secrets *secrets, const char *header,
    const char *body, size_t n, char out[static SIGNATURE_SIZE],
    struct fault *f)
{
	struct signature_keys *keys = signature_keys_new(secrets, f);
	int rc = keys == NULL ? -1
	                      : signature_keys_verify(
				    keys, header, body, n, out, NULL, f);

	signature_keys_free(keys);
	return rc;
}

int
signature_hmac(const void *key, size_t n, const struct signature_piece *pieces,
    size_t npieces, unsigned char out[static SIGNATURE_BYTES], struct fault *f)
{
	struct key k = {NULL, NULL};
	size_t i;
	int rc = take_key(&k, EVP_sha256(), key, n, f);

	for (i = 0; i < npieces && rc == 0; i++)
		if (EVP_DigestUpdate(k.inner, pieces[i].data, pieces[i].len) !=
		    1)
			rc = fails(f);
	if (rc == 0 && (EVP_DigestFinal_ex(k.inner, out, NULL) != 1 ||
			   EVP_DigestUpdate(k.outer, out, DIGEST_SIZE) != 1 ||
			   EVP_DigestFinal_ex(k.outer, out, NULL) != 1))
		rc = fails(f);
	EVP_MD_CTX_free(k.inner);
	EVP_MD_CTX_free(k.outer);
	return rc;
}
