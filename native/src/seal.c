/*
 * AEADs for Sealwire in Node: AES-128-GCM, AES-256-GCM and ChaCha20-Poly1305 of the OpenSSL that Node carries, in place, with
 * one context for each direction that is kept for the life of a key. There is no cryptography here: each function checks its
 * arguments, hands them to OpenSSL's EVP interface (RFC 5116, RFC 8439), and checks what EVP answers.
 *
 * The symbols of OpenSSL are Node's own. The file is linked with -z now, so that a runtime without them refuses to load it
 * instead of failing at the first call.
 *
 * Bounds: a nonce has 12 bytes, a tag 16, additional data and data at most 65,536 each (a TLS record has 16,640).
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The few declarations of OpenSSL 3 that are used (openssl/evp.h, openssl/crypto.h). */
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct engine_st ENGINE;
extern const EVP_CIPHER *EVP_aes_128_gcm(void);
extern const EVP_CIPHER *EVP_aes_256_gcm(void);
extern const EVP_CIPHER *EVP_chacha20_poly1305(void);
extern EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
extern void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *);
extern int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *, int, int, void *);
extern int EVP_CipherInit_ex(EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *,
                             const unsigned char *, int);
extern int EVP_CipherUpdate(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int);
extern int EVP_CipherFinal_ex(EVP_CIPHER_CTX *, unsigned char *, int *);
extern void OPENSSL_cleanse(void *, size_t);
extern unsigned int OPENSSL_version_major(void);
enum { GET_TAG = 0x10, SET_TAG = 0x11 };

enum { NONCE_LENGTH = 12, TAG_LENGTH = 16, MAX_ADDITIONAL = 65536, MAX_DATA = 65536 };

/* Version of the functions below: the package sealwire asks for it. */
enum { INTERFACE = 1 };

/* Marks our objects, so that no other object is taken for one. */
static const napi_type_tag AEAD_TAG = {0x7365616c77697265ULL, 0x6e61746976653031ULL};

typedef struct {
  EVP_CIPHER_CTX *seal;
  EVP_CIPHER_CTX *open;
} Aead;

typedef struct {
  unsigned char *bytes;
  size_t length;
} Bytes;

static napi_value refuse(napi_env env, const char *message) {
  napi_throw_range_error(env, "ERR_SEALWIRE_NATIVE", message);
  return NULL;
}

static void clear(Aead *aead) {
  /* EVP_CIPHER_CTX_free overwrites the expanded key. */
  EVP_CIPHER_CTX_free(aead->seal);
  EVP_CIPHER_CTX_free(aead->open);
  aead->seal = NULL;
  aead->open = NULL;
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  Aead *aead = data;
  clear(aead);
  free(aead);
}

/* A Uint8Array (or a Buffer). */
static bool bytes_of(napi_env env, napi_value value, Bytes *bytes) {
  napi_typedarray_type type;
  void *data;
  bool is_array = false;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return false;
  if (napi_get_typedarray_info(env, value, &type, &bytes->length, &data, NULL, NULL) != napi_ok)
    return false;
  bytes->bytes = data;
  return type == napi_uint8_array;
}

static Aead *aead_of(napi_env env, napi_value value) {
  napi_valuetype type;
  bool ours = false;
  void *data = NULL;
  /* Other values would be converted, which throws an error of its own. */
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object) return NULL;
  if (napi_check_object_type_tag(env, value, &AEAD_TAG, &ours) != napi_ok || !ours) return NULL;
  if (napi_unwrap(env, value, &data) != napi_ok) return NULL;
  return data;
}

static EVP_CIPHER_CTX *keyed(const EVP_CIPHER *cipher, const unsigned char *key, int encrypt) {
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (context == NULL) return NULL;
  if (EVP_CipherInit_ex(context, cipher, NULL, key, NULL, encrypt) == 1) return context;
  EVP_CIPHER_CTX_free(context);
  return NULL;
}

/* create(cipher: 0 | 1 | 2, key: Uint8Array): object. The key is copied. */
static napi_value create(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  uint32_t number;
  Bytes key;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 2 ||
      napi_get_value_uint32(env, arguments[0], &number) != napi_ok || number > 2 ||
      !bytes_of(env, arguments[1], &key))
    return refuse(env, "create(cipher, key): cipher must be 0, 1 or 2, key a Uint8Array");
  if (key.length != (number == 0 ? 16u : 32u))
    return refuse(env, "create(cipher, key): the key has not the length of the cipher");
  const EVP_CIPHER *cipher = number == 0   ? EVP_aes_128_gcm()
                             : number == 1 ? EVP_aes_256_gcm()
                                           : EVP_chacha20_poly1305();
  Aead *aead = calloc(1, sizeof *aead);
  if (aead == NULL) return refuse(env, "create(cipher, key): there is no memory");
  aead->seal = cipher == NULL ? NULL : keyed(cipher, key.bytes, 1);
  aead->open = cipher == NULL ? NULL : keyed(cipher, key.bytes, 0);
  napi_value object;
  if (aead->seal == NULL || aead->open == NULL) {
    finalize(env, aead, NULL);
    return refuse(env, "create(cipher, key): this OpenSSL does not have the cipher");
  }
  if (napi_create_object(env, &object) != napi_ok ||
      napi_wrap(env, object, aead, finalize, NULL, NULL) != napi_ok) {
    finalize(env, aead, NULL);
    return refuse(env, "create(cipher, key): the object cannot be made");
  }
  /* From here on the object owns the memory. */
  if (napi_type_tag_object(env, object, &AEAD_TAG) != napi_ok)
    return refuse(env, "create(cipher, key): the object cannot be marked");
  return object;
}

/* Sets the nonce and takes the additional data. */
static bool begin(EVP_CIPHER_CTX *context, const Bytes *nonce, const Bytes *additional) {
  int length;
  if (EVP_CipherInit_ex(context, NULL, NULL, NULL, nonce->bytes, -1) != 1) return false;
  return additional->length == 0 ||
         EVP_CipherUpdate(context, NULL, &length, additional->bytes, (int)additional->length) == 1;
}

/* Encrypts or decrypts `from` to `to`, which may be the same memory. */
static bool update(EVP_CIPHER_CTX *context, const Bytes *from, unsigned char *to) {
  int length = 0;
  if (from->length == 0) return true;
  return EVP_CipherUpdate(context, to, &length, from->bytes, (int)from->length) == 1 &&
         (size_t)length == from->length;
}

static bool finish(EVP_CIPHER_CTX *context) {
  unsigned char rest[TAG_LENGTH];
  int length = 0;
  return EVP_CipherFinal_ex(context, rest, &length) == 1;
}

/*
 * seal(aead, nonce, additional, first, second, tag): encrypts `first` and then `second` in place as one plaintext, and writes the
 * tag.
 */
static napi_value seal(napi_env env, napi_callback_info info) {
  napi_value arguments[6];
  size_t count = 6;
  Bytes nonce, additional, first, second, tag;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 6)
    return refuse(env, "seal() takes six arguments");
  Aead *aead = aead_of(env, arguments[0]);
  if (aead == NULL || aead->seal == NULL)
    return refuse(env, "seal(): the first argument is not an AEAD, or it was wiped");
  if (!bytes_of(env, arguments[1], &nonce) || !bytes_of(env, arguments[2], &additional) ||
      !bytes_of(env, arguments[3], &first) || !bytes_of(env, arguments[4], &second) ||
      !bytes_of(env, arguments[5], &tag))
    return refuse(env, "seal(): an argument is not a Uint8Array");
  if (nonce.length != NONCE_LENGTH || tag.length != TAG_LENGTH ||
      additional.length > MAX_ADDITIONAL || first.length > MAX_DATA || second.length > MAX_DATA)
    return refuse(env, "seal(): an argument has a wrong length");
  if (!begin(aead->seal, &nonce, &additional) || !update(aead->seal, &first, first.bytes) ||
      !update(aead->seal, &second, second.bytes) || !finish(aead->seal) ||
      EVP_CIPHER_CTX_ctrl(aead->seal, GET_TAG, TAG_LENGTH, tag.bytes) != 1)
    return refuse(env, "seal(): OpenSSL failed");
  return NULL;
}

/*
 * open(aead, nonce, additional, data, tag, target): true if the tag fits; then `target` has the plaintext. `target` is as long as
 * `data`, and either the same memory or memory apart from it. If the tag does not fit, `data` is as it was, and a target of its
 * own holds zeros.
 */
static napi_value open_sealed(napi_env env, napi_callback_info info) {
  napi_value arguments[6], answer;
  size_t count = 6;
  Bytes nonce, additional, data, tag, target;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 6)
    return refuse(env, "open() takes six arguments");
  Aead *aead = aead_of(env, arguments[0]);
  if (aead == NULL || aead->open == NULL)
    return refuse(env, "open(): the first argument is not an AEAD, or it was wiped");
  if (!bytes_of(env, arguments[1], &nonce) || !bytes_of(env, arguments[2], &additional) ||
      !bytes_of(env, arguments[3], &data) || !bytes_of(env, arguments[4], &tag) ||
      !bytes_of(env, arguments[5], &target))
    return refuse(env, "open(): an argument is not a Uint8Array");
  if (nonce.length != NONCE_LENGTH || tag.length != TAG_LENGTH ||
      additional.length > MAX_ADDITIONAL || data.length > MAX_DATA || target.length != data.length)
    return refuse(env, "open(): an argument has a wrong length");
  bool in_place = target.bytes == data.bytes;
  bool apart = target.bytes + target.length <= data.bytes || data.bytes + data.length <= target.bytes;
  if (!in_place && !apart) return refuse(env, "open(): target and data overlap");
  if (!begin(aead->open, &nonce, &additional) || !update(aead->open, &data, target.bytes) ||
      EVP_CIPHER_CTX_ctrl(aead->open, SET_TAG, TAG_LENGTH, tag.bytes) != 1)
    return refuse(env, "open(): OpenSSL failed");
  bool fits = finish(aead->open);
  if (!fits && !in_place) OPENSSL_cleanse(target.bytes, target.length);
  /* Encryption is the same for the same key, nonce and text: the ciphertext comes back. */
  if (!fits && in_place &&
      (!begin(aead->seal, &nonce, &additional) || !update(aead->seal, &data, data.bytes)))
    return refuse(env, "open(): OpenSSL failed");
  return napi_get_boolean(env, fits, &answer) == napi_ok ? answer : NULL;
}

/* wipe(aead): overwrites the keys. The object is of no use afterwards. */
static napi_value wipe(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok || count != 1)
    return refuse(env, "wipe() takes one argument");
  Aead *aead = aead_of(env, arguments[0]);
  if (aead == NULL) return refuse(env, "wipe(): the argument is not an AEAD");
  clear(aead);
  return NULL;
}

static bool export_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

static bool export_number(napi_env env, napi_value exports, const char *name, uint32_t number) {
  napi_value value;
  return napi_create_uint32(env, number, &value) == napi_ok &&
         napi_set_named_property(env, exports, name, value) == napi_ok;
}

NAPI_MODULE_INIT() {
  if (!export_function(env, exports, "create", create) ||
      !export_function(env, exports, "seal", seal) ||
      !export_function(env, exports, "open", open_sealed) ||
      !export_function(env, exports, "wipe", wipe) ||
      !export_number(env, exports, "interface", INTERFACE) ||
      !export_number(env, exports, "opensslMajor", OPENSSL_version_major()))
    return refuse(env, "sealwire-native cannot be loaded");
  return exports;
}
