/* password: made, hashed, compared; see password.h. */
#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "access/password.h"
#include "access/random.h"
#include "base/text.h"

/*
 * yescrypt's cost: 32 MiB and, measured in November 2026 on one core of a
 * server, 71 ms; a step more takes 64 MiB, too much for a shared host.
 */
#define COST      6
#define KIND      "$y$"
#define OWN_LEAST 10  /* characters of one's own password */
#define OWN_MOST  500 /* bytes; crypt(3) takes 511 */
#define OWN_KINDS 5   /* different bytes that it has at least */

/* A hash of this cost that no password is known of. */
static const char nobodys[] = "$y$jAT$k2XAnEHBqQ1Ct2aMXFKNa/$"
			      "PrUcO5ZpLqCrp0BG22QVjYZhCMZDJFQdlABtuaDle37";

int
password_make(char out[static PASSWORD_SIZE], struct fault *f)
{
	/* Without l and 1, o and 0. */
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
	unsigned char bytes[PASSWORD_SIZE];
	size_t i;

	if (random_bytes(bytes, sizeof(bytes), f) == -1)
		return -1;
	for (i = 0; i < PASSWORD_SIZE - 1; i++)
		out[i] = i % 6 == 5 ? '-' : letters[bytes[i] % 32];
	out[PASSWORD_SIZE - 1] = '\0';
	explicit_bzero(bytes, sizeof(bytes));
	return 0;
}

/* How many characters it has, and in *kinds how many different bytes. */
static size_t
count(const char *s, size_t *kinds)
{
	size_t left = strlen(s), n = 0, step;
	char seen[256] = {0};
	uint32_t c;

	for (*kinds = 0; left > 0; s += step, left -= step, n++) {
		step = text_next(s, left, &c, NULL);
		*kinds += !seen[(unsigned char)*s];
		seen[(unsigned char)*s] = 1;
	}
	return n;
}

int
password_check(const char *s, struct fault *f)
{
	size_t kinds, n = count(s, &kinds);

	if (n < OWN_LEAST)
		return fault_set(f, FAULT_SETUP, 0,
		    "the password is too short; take %d characters or more",
		    OWN_LEAST);
	if (strlen(s) > OWN_MOST)
		return fault_set(f, FAULT_SETUP, 0,
		    "the password is too long; take %d bytes at most",
		    OWN_MOST);
	if (!text_is_utf8(s, strlen(s)))
		return fault_set(f, FAULT_SETUP, 0,
		    "the password is not UTF-8; save the file as UTF-8, or "
		    "take other characters");
	if (kinds < OWN_KINDS)
		return fault_set(f, FAULT_SETUP, 0,
		    "the password is easy to guess; take one with more "
		    "different characters");
	return 0;
}

/* crypt(3) with memory of its own, wiped; the hash is appended to nothing. */
static int
run(const char *password, const char *setting,
    char out[static PASSWORD_HASH_SIZE], struct fault *f)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash;
	int rc = 0;

	if (data == NULL)
		return fault_memory(f);
	errno = 0;
	hash = crypt_rn(password, setting, data, sizeof(*data));
	if (hash == NULL || strlen(hash) >= PASSWORD_HASH_SIZE)
		rc = fault_set(f, errno == ENOMEM ? FAULT_MEMORY : FAULT_SETUP,
		    errno, "a password can't be hashed");
	else
		(void)strcpy(out, hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return rc;
}

int
password_hash(
    const char *password, char out[static PASSWORD_HASH_SIZE], struct fault *f)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE], salt[16];

	if (strlen(password) > OWN_MOST)
		return password_check(password, f);
	if (random_bytes(salt, sizeof(salt), f) == -1)
		return -1;
	if (crypt_gensalt_rn(KIND, COST, salt, sizeof(salt), setting,
		sizeof(setting)) == NULL)
		return fault_set(f, FAULT_SETUP, errno,
		    "this system's libcrypt knows no yescrypt");
	return run(password, setting, out, f);
}

int
password_is_hash(const char *s)
{
	static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";
	size_t n = 0;
	int part;

	if (strlen(s) >= PASSWORD_HASH_SIZE ||
	    strncmp(s, KIND, strlen(KIND)) != 0)
		return 0;
	/* Its cost, its salt, and 256 bits. */
	for (part = 0, s += strlen(KIND); part < 3; part++, s++) {
		n = strspn(s, digits);
		s += n;
		if (n == 0 || *s != (part < 2 ? '$' : '\0'))
			return 0;
	}
	return n == 43;
}

/* In the same time, wherever they differ. */
static int
are_equal(const char *a, const char *b)
{
	size_t n = strlen(a), i;
	unsigned char differ = strlen(b) != n;

	for (i = 0; i < n && b[i] != '\0'; i++)
		differ = (unsigned char)(differ | (a[i] ^ b[i]));
	return differ == 0;
}

int
password_matches(const char *password, const char *hash, struct fault *f)
{
	int known = hash != NULL && password_is_hash(hash), rc;
	char made[PASSWORD_HASH_SIZE];

	if (strlen(password) > OWN_MOST)
		return 0;
	if (run(password, known ? hash : nobodys, made, f) == -1)
		return -1;
	rc = are_equal(made, known ? hash : nobodys) && known;
	explicit_bzero(made, sizeof(made));
	return rc;
}
