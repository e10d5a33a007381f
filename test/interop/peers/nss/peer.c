/*
 * NSS, the TLS of Firefox, as a peer for the interoperability tests. It reads one JSON request per line and answers each
 * with one JSON line that bears the same id, in any order. "serve" starts an echo server and answers with its port; "seen"
 * tells what that server negotiated with the client of a port; "dial" connects, sends bytes and demands them back. A
 * process lives as long as one test run: what a request allocates stays.
 */
#define _GNU_SOURCE
#include <cert.h>
#include <keyhi.h>
#include <nss.h>
#include <nssb64.h>
#include <pk11pub.h>
#include <prerror.h>
#include <prio.h>
#include <prnetdb.h>
#include <pthread.h>
#include <ssl.h>
#include <sslexp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT_S = 30, MOST = 16, SESSIONS = 10000, TEXT = 8192 };

/* A request: a flat JSON object whose strings know no escape but that of a new line. */

/* Where the value of a member begins, or NULL. */
static const char *value(const char *line, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *found = strstr(line, key);
    return found == NULL ? NULL : found + strlen(key);
}

/* The string that begins at a quotation mark, and where it ends. */
static char *string_at(const char *quote, const char **end) {
    const char *from = quote + 1;
    char *text = malloc(strcspn(from, "\"") + 1), *to = text;
    for (; *from != '"'; from++) {
        if (from[0] == '\\' && from[1] == 'n') {
            *to++ = '\n';
            from++;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    if (end != NULL) *end = from + 1;
    return text;
}

static char *text(const char *line, const char *name) {
    const char *found = value(line, name);
    return found == NULL ? NULL : string_at(found, NULL);
}

static long number(const char *line, const char *name) {
    const char *found = value(line, name);
    return found == NULL ? 0 : strtol(found, NULL, 10);
}

static PRBool flag(const char *line, const char *name) {
    const char *found = value(line, name);
    return found != NULL && *found == 't';
}

static unsigned numbers(const char *line, const char *name, long list[MOST]) {
    unsigned count = 0;
    const char *at = value(line, name);
    while (at != NULL && *at != ']' && count < MOST) {
        char *end;
        list[count++] = strtol(at + 1, &end, 10);
        at = end;
    }
    return count;
}

/* What went wrong in this thread, in words of NSS; 0 for the caller to return. */
static _Thread_local char problem[256];

static PRBool failed(const char *what) {
    PRErrorCode code = PR_GetError();
    snprintf(problem, sizeof problem, "%s: %s", what, code == 0 ? "no reason given" : PR_ErrorToName(code));
    return PR_FALSE;
}

/* The DER in a PEM file. */
static SECItem *der(const char *pem) {
    const char *from = strchr(pem, '\n');
    const char *to = strstr(pem, "-----END");
    if (from == NULL || to == NULL) return NULL;
    return NSSBase64_DecodeBuffer(NULL, NULL, from, (unsigned)(to - from));
}

static CERTCertificate *certificate(const char *pem) {
    SECItem *bytes = der(pem);
    return bytes == NULL ? NULL
                         : CERT_NewTempCertificate(CERT_GetDefaultCertDB(), bytes, NULL, PR_FALSE, PR_TRUE);
}

static SECKEYPrivateKey *private_key(const char *pem) {
    static const unsigned char pkcs1[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01};
    SECKEYPrivateKey *key = NULL;
    SECItem *bytes = der(pem);
    if (bytes == NULL) return NULL;
    /* It reads no key with the RSA-PSS identifier; what an RSA key is for it takes from the certificate. */
    unsigned char *oid = memmem(bytes->data, bytes->len, pkcs1, sizeof pkcs1);
    if (oid != NULL) oid[sizeof pkcs1] = 1;
    PK11_ImportDERPrivateKeyInfoAndReturnKey(
        PK11_GetInternalSlot(), bytes, NULL, NULL, PR_FALSE, PR_FALSE, KU_ALL, &key, NULL);
    return key;
}

/* Who we are, whom we trust, and what the other side is called. */
struct identity {
    CERTCertificate *own, *authority;
    SECKEYPrivateKey *key;
    const char *name;
};

static SECStatus verify(void *arg, PRFileDesc *fd, PRBool check, PRBool is_server) {
    struct identity *us = arg;
    CERTCertificate *peer = SSL_PeerCertificate(fd);
    (void)check;
    if (CERT_CheckCertValidTimes(peer, PR_Now(), PR_FALSE) != secCertTimeValid) return SECFailure;
    if (CERT_VerifySignedData(&peer->signatureWrap, us->authority, PR_Now(), NULL) != SECSuccess) return SECFailure;
    return is_server ? SECSuccess : CERT_VerifyCertName(peer, us->name);
}

static SECStatus show(
    void *arg, PRFileDesc *fd, CERTDistNames *names, CERTCertificate **certificate, SECKEYPrivateKey **key) {
    struct identity *us = arg;
    (void)fd, (void)names;
    if (us->own == NULL) return SECFailure;
    *certificate = CERT_DupCertificate(us->own);
    *key = SECKEY_CopyPrivateKey(us->key);
    return SECSuccess;
}

static PRBool set_algorithms(PRFileDesc *fd, const char *line) {
    static const SSLSignatureScheme schemes[] = {
        ssl_sig_ecdsa_secp256r1_sha256, ssl_sig_ecdsa_secp384r1_sha384, ssl_sig_ecdsa_secp521r1_sha512,
        ssl_sig_rsa_pss_rsae_sha256,    ssl_sig_rsa_pss_rsae_sha384,    ssl_sig_rsa_pss_rsae_sha512,
        ssl_sig_rsa_pss_pss_sha256,     ssl_sig_rsa_pss_pss_sha384,     ssl_sig_rsa_pss_pss_sha512,
        ssl_sig_rsa_pkcs1_sha256,       ssl_sig_rsa_pkcs1_sha384,       ssl_sig_rsa_pkcs1_sha512,
    };
    long suites[MOST], codes[MOST];
    SSLNamedGroup groups[MOST];
    unsigned version = (unsigned)number(line, "version"), count = numbers(line, "groups", codes);
    SSLVersionRange range = {(PRUint16)version, (PRUint16)version};
    if (SSL_VersionRangeSet(fd, &range) != SECSuccess) return failed("version");
    for (unsigned i = 0; i < SSL_NumImplementedCiphers; i++)
        SSL_CipherPrefSet(fd, SSL_ImplementedCiphers[i], PR_FALSE);
    if (numbers(line, "cipherSuites", suites) != 1 || SSL_CipherPrefSet(fd, (PRInt32)suites[0], PR_TRUE) != SECSuccess)
        return failed("suite");
    for (unsigned i = 0; i < count; i++) groups[i] = (SSLNamedGroup)codes[i];
    if (count > 0 && SSL_NamedGroupConfig(fd, groups, count) != SECSuccess) return failed("groups");
    if (SSL_SignatureSchemePrefSet(fd, schemes, PR_ARRAY_SIZE(schemes)) != SECSuccess) return failed("schemes");
    return PR_TRUE;
}

static PRBool set_protocols(PRFileDesc *fd, const char *line) {
    unsigned char list[256];
    unsigned length = 0;
    const char *at = value(line, "alpn");
    while (at != NULL && *at != ']') {
        char *name = string_at(at + 1, &at);
        list[length++] = (unsigned char)strlen(name);
        memcpy(list + length, name, strlen(name));
        length += (unsigned)strlen(name);
    }
    if (length > 0 && SSL_SetNextProtoNego(fd, list, length) != SECSuccess) return failed("alpn");
    return PR_TRUE;
}

static PRBool set_identity(PRFileDesc *fd, const char *line, PRBool is_server) {
    struct identity *us = calloc(1, sizeof *us);
    char *own = text(line, "certificate"), *staple = text(line, "ocsp");
    us->name = text(line, "serverName");
    us->authority = certificate(text(line, "authority"));
    if (us->authority == NULL) return failed("authority");
    if (own != NULL) {
        us->own = certificate(own);
        us->key = private_key(text(line, "key"));
        if (us->own == NULL || us->key == NULL) return failed("certificate and key");
    }
    SSL_AuthCertificateHook(fd, verify, us);
    if (!is_server) {
        SSL_GetClientAuthDataHook(fd, show, us);
        return SSL_SetURL(fd, us->name) == SECSuccess || failed("name");
    }
    SSLExtraServerCertData extra = {.authType = ssl_auth_null};
    SECItemArray responses = {NULL, 1};
    if (staple != NULL) {
        responses.items = NSSBase64_DecodeBuffer(NULL, NULL, staple, (unsigned)strlen(staple));
        extra.stapledOCSPResponses = &responses;
    }
    return SSL_ConfigServerCert(fd, us->own, us->key, &extra, sizeof extra) == SECSuccess || failed("server certificate");
}

/* A socket with everything that a request asks for. */
static PRFileDesc *configured(const char *line, PRBool is_server) {
    PRFileDesc *fd = SSL_ImportFD(NULL, PR_OpenTCPSocket(PR_AF_INET));
    PRBool ask = flag(line, "clientAuth");
    SSL_OptionSet(fd, SSL_HANDSHAKE_AS_SERVER, is_server);
    SSL_OptionSet(fd, SSL_HANDSHAKE_AS_CLIENT, !is_server);
    SSL_OptionSet(fd, SSL_ENABLE_SESSION_TICKETS, !flag(line, "noTickets"));
    SSL_OptionSet(fd, SSL_ENABLE_SERVER_DHE, PR_TRUE);
    SSL_OptionSet(fd, SSL_ENABLE_OCSP_STAPLING, PR_TRUE);
    SSL_OptionSet(fd, SSL_REQUEST_CERTIFICATE, ask);
    SSL_OptionSet(fd, SSL_REQUIRE_CERTIFICATE, ask ? SSL_REQUIRE_ALWAYS : SSL_REQUIRE_NEVER);
    if (set_algorithms(fd, line) && set_protocols(fd, line) && set_identity(fd, line, is_server)) return fd;
    PR_Close(fd);
    return NULL;
}

/* What was negotiated, as JSON. */
static char *see(PRFileDesc *fd) {
    SSLChannelInfo info;
    SSLNextProtoState state;
    unsigned char protocol[256];
    unsigned length = 0;
    const SECItemArray *responses = SSL_PeerStapledOCSPResponses(fd);
    char *seen = malloc(TEXT), *staple = strdup("");
    SSL_GetChannelInfo(fd, &info, sizeof info);
    SSL_GetNextProto(fd, &state, protocol, &length, sizeof protocol);
    if (responses != NULL && responses->len > 0) {
        staple = NSSBase64_EncodeItem(NULL, NULL, 0, &responses->items[0]);
        char *to = staple;
        for (const char *from = staple; *from != '\0'; from++)
            if (*from != '\r' && *from != '\n') *to++ = *from;
        *to = '\0';
    }
    int end = snprintf(
        seen, TEXT,
        "\"seen\":{\"version\":%u,\"cipherSuite\":%u,\"resumed\":%s,\"alpn\":\"%.*s\",\"peerCertificates\":%d,\"ocsp\":\"%s\"",
        info.protocolVersion, info.cipherSuite, info.resumed ? "true" : "false", (int)length, (char *)protocol,
        SSL_PeerCertificate(fd) != NULL, staple);
    if (info.keaGroup != 0) end += snprintf(seen + end, (size_t)(TEXT - end), ",\"group\":%d", (int)info.keaGroup);
    snprintf(seen + end, (size_t)(TEXT - end), "}");
    return seen;
}

/* What became of the handshakes of this process's servers, by the client's port: JSON. */
static char *served[0x10000];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;

static void put(unsigned port, char *outcome) {
    pthread_mutex_lock(&lock);
    served[port] = outcome;
    pthread_cond_broadcast(&news);
    pthread_mutex_unlock(&lock);
}

static char *take(unsigned port) {
    struct timespec until = {.tv_sec = time(NULL) + LIMIT_S};
    int late = 0;
    pthread_mutex_lock(&lock);
    while (served[port] == NULL && late == 0) late = pthread_cond_timedwait(&news, &lock, &until);
    char *outcome = served[port];
    served[port] = NULL;
    pthread_mutex_unlock(&lock);
    return outcome != NULL ? outcome : strdup("\"error\":\"no handshake with this port was completed\"");
}

static char *error(void) {
    char *json = malloc(sizeof problem + 16);
    sprintf(json, "\"error\":\"%s\"", problem);
    return json;
}

static PRBool send_all(PRFileDesc *fd, const unsigned char *bytes, int length) {
    for (int sent = 0, some; sent < length; sent += some)
        if ((some = PR_Send(fd, bytes + sent, length - sent, 0, PR_SecondsToInterval(LIMIT_S))) <= 0)
            return failed("send");
    return PR_TRUE;
}

struct connection {
    PRFileDesc *fd;
    unsigned port;
    long update_after;
};

static void *echo(void *arg) {
    struct connection *one = arg;
    unsigned char buffer[0x4000];
    long have = 0;
    int length;
    if (SSL_ForceHandshake(one->fd) != SECSuccess) {
        failed("handshake");
        put(one->port, error());
    } else {
        put(one->port, see(one->fd));
        /* What it missed after the handshake the other side says itself. */
        while ((length = PR_Recv(one->fd, buffer, sizeof buffer, 0, PR_SecondsToInterval(LIMIT_S))) > 0) {
            if (one->update_after > 0 && have >= one->update_after) {
                SSL_KeyUpdate(one->fd, PR_TRUE);
                one->update_after = 0;
            }
            have += length;
            if (!send_all(one->fd, buffer, length)) break;
        }
    }
    PR_Close(one->fd);
    return NULL;
}

static void start(void *(*run)(void *), void *arg) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, arg) != 0) abort();
    pthread_detach(thread);
}

struct listener {
    PRFileDesc *plain, *model;
    long update_after;
};

static void *listen_on(void *arg) {
    struct listener *server = arg;
    for (;;) {
        PRNetAddr client;
        PRFileDesc *socket = PR_Accept(server->plain, &client, PR_INTERVAL_NO_TIMEOUT);
        if (socket == NULL) return NULL;
        struct connection *one = malloc(sizeof *one);
        *one = (struct connection){SSL_ImportFD(server->model, socket), PR_ntohs(client.inet.port), server->update_after};
        SSL_ResetHandshake(one->fd, PR_TRUE);
        start(echo, one);
    }
}

static char *serve(const char *line) {
    struct listener *server = calloc(1, sizeof *server);
    PRNetAddr address;
    char *json = malloc(64);
    server->model = configured(line, PR_TRUE);
    if (server->model == NULL) return error();
    server->update_after = number(line, "updateAfter");
    server->plain = PR_OpenTCPSocket(PR_AF_INET);
    PR_InitializeNetAddr(PR_IpAddrLoopback, 0, &address);
    if (PR_Bind(server->plain, &address) != PR_SUCCESS || PR_Listen(server->plain, 64) != PR_SUCCESS ||
        PR_GetSockName(server->plain, &address) != PR_SUCCESS) {
        failed("listen");
        return error();
    }
    start(listen_on, server);
    sprintf(json, "\"port\":%u", PR_ntohs(address.inet.port));
    return json;
}

/* One connection of "dial"; NULL if it failed. */
static char *exchange(const char *line, PRFileDesc *fd) {
    int length = (int)number(line, "length"), half = length / 2;
    unsigned char *sent = malloc((size_t)length), *received = malloc((size_t)length);
    PRNetAddr address;
    if (PK11_GenerateRandom(sent, length) != SECSuccess) return failed("random"), NULL;
    PR_InitializeNetAddr(PR_IpAddrLoopback, (PRUint16)number(line, "port"), &address);
    if (PR_Connect(fd, &address, PR_SecondsToInterval(LIMIT_S)) != PR_SUCCESS) return failed("connect"), NULL;
    if (SSL_ForceHandshake(fd) != SECSuccess) return failed("handshake"), NULL;
    for (int have = 0; have < length;) {
        if (have > 0 && have == number(line, "updateAfter") && SSL_KeyUpdate(fd, PR_TRUE) != SECSuccess)
            return failed("key update"), NULL;
        if (!send_all(fd, sent + have, half)) return NULL;
        for (int until = have + half, some; have < until; have += some)
            if ((some = PR_Recv(fd, received + have, until - have, 0, PR_SecondsToInterval(LIMIT_S))) <= 0)
                return failed("receive"), NULL;
    }
    if (memcmp(sent, received, (size_t)length) != 0) return failed("the bytes came back changed"), NULL;
    return see(fd);
}

static char *dial(const char *line) {
    char *seen = NULL, peer[32];
    snprintf(peer, sizeof peer, "%ld", number(line, "id"));
    for (long left = number(line, "times"); left > 0; left--) {
        PRFileDesc *fd = configured(line, PR_FALSE);
        if (fd == NULL) return error();
        /* Sessions are shared by the connections of one request. */
        SSL_SetSockPeerID(fd, peer);
        seen = exchange(line, fd);
        PR_Close(fd);
        if (seen == NULL) return error();
    }
    return seen;
}

static char *runtime(void) {
    char *json = malloc(64);
    sprintf(json, "\"runtime\":\"%s\"", NSS_GetVersion());
    return json;
}

static void *handle(void *arg) {
    char *line = arg, *action = text(line, "do"), *answer;
    if (strcmp(action, "serve") == 0) answer = serve(line);
    else if (strcmp(action, "dial") == 0) answer = dial(line);
    else if (strcmp(action, "seen") == 0) answer = take((unsigned)number(line, "port") & 0xffff);
    else answer = runtime();
    printf("{\"id\":%ld,%s}\n", number(line, "id"), answer);
    fflush(stdout);
    return NULL;
}

int main(void) {
    char *line = NULL;
    size_t size = 0;
    if (NSS_NoDB_Init(NULL) != SECSuccess || NSS_SetDomesticPolicy() != SECSuccess ||
        SSL_ConfigServerSessionIDCache(SESSIONS, 0, 0, NULL) != SECSuccess) {
        failed("NSS");
        fprintf(stderr, "%s\n", problem);
        return 1;
    }
    while (getline(&line, &size, stdin) > 0) start(handle, strdup(line));
    return 0;
}
