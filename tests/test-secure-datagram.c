/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-address.h"
#include "hc-client-error.h"
#include "hc-dtls-record.h"
#include "hc-dtls.h"
#include "secure-pair.h"
#include "wait.h"

#include <string.h>

#define N_LOSSY 20
#define N_INTERRUPTED 100

static const guint8 other_session[HC_SESSION_LENGTH] = { 8, 7, 6, 5, 4, 3, 2, 1 };
static const guint8 other_key[HC_KEY_LENGTH] = { 1 };

/* A packet of ours in its frame, of which a whole one has to fit in a datagram. */
#define LONGEST_FRAME (1024 + 17)

/* --- What an attacker writes ---------------------------------------------- */

/* Somebody with a socket of its own. */
typedef struct
{
  GSocket *socket;
  guint16 port;
} Stranger;

static Stranger *
stranger_new (void)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError) error = NULL;
  Stranger *self = g_new0 (Stranger, 1);

  self->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM,
                               G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->socket, any, FALSE, &error);
  g_assert_no_error (error);
  local = g_socket_get_local_address (self->socket, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  return self;
}

static void
stranger_free (Stranger *self)
{
  g_socket_close (self->socket, NULL);
  g_object_unref (self->socket);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Stranger, stranger_free)

static void
stranger_send (Stranger     *self,
               SecureEnd    *victim,
               const guint8 *data,
               gsize         length)
{
  g_autoptr (GSocketAddress) to = NULL;
  g_autoptr (GError) error = NULL;

  to = g_inet_socket_address_new_from_string ("127.0.0.1",
                                              hc_datagram_socket_get_port (victim->socket));
  g_socket_send_to (self->socket, to, (const char *) data, length, NULL, &error);
  g_assert_no_error (error);
}

static void
stranger_send_record (Stranger     *self,
                      SecureEnd    *victim,
                      const guint8 *session,
                      const guint8 *record,
                      gsize         length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 mark = HC_RECORD_MARK;

  g_byte_array_append (bytes, &mark, 1);
  g_byte_array_append (bytes, session, HC_SESSION_LENGTH);
  g_byte_array_append (bytes, record, length);
  stranger_send (self, victim, bytes->data, bytes->len);
}

static const guint8 forged_alert[] = {
  21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40,
};
static const guint8 forged_close[] = {
  21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 10, 0, 2, 1, 0,
};
static const guint8 forged_encrypted_alert[] = {
  21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 200, 0, 26,
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
};
static const guint8 forged_data[] = {
  23, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 201, 0, 28,
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
};
static const guint8 plain_data[] = {
  23, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 11, 0, 5, 'h', 'e', 'l', 'l', 'o',
};
static const guint8 wrong_version[] = {
  22, 3, 3, 0, 0, 0, 0, 0, 0, 0, 12, 0, 2, 1, 1,
};
static const guint8 too_long[] = {
  22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 13, 0xff, 0xff, 1, 1,
};
static const guint8 cut_handshake[] = {
  22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0xff, 14, 0, 2, 11, 0,
};
static const guint8 inner_handshake[] = {
  22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 40, 0, 2, 11, 0,
};
static const guint8 forged_change[] = {
  20, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0xff, 15, 0, 1, 1,
};
static const guint8 junk[] = { 0xff, 0, 1, 2, 3 };

static const struct
{
  const char *name;
  const guint8 *record;
  gsize length;
} forgeries[] = {
  { "alert", forged_alert, sizeof forged_alert },
  { "close", forged_close, sizeof forged_close },
  { "encrypted-alert", forged_encrypted_alert, sizeof forged_encrypted_alert },
  { "data", forged_data, sizeof forged_data },
  { "plain-data", plain_data, sizeof plain_data },
  { "wrong-version", wrong_version, sizeof wrong_version },
  { "too-long", too_long, sizeof too_long },
  { "cut-handshake", cut_handshake, sizeof cut_handshake },
  { "inner-handshake", inner_handshake, sizeof inner_handshake },
  { "change-cipher-spec", forged_change, sizeof forged_change },
  { "junk", junk, sizeof junk },
  { "empty", junk, 0 },
};

/* --- A handshake ---------------------------------------------------------- */

static gboolean
count_handshake (gboolean      from_caller,
                 const guint8 *data,
                 gsize         length,
                 gpointer      user_data)
{
  guint *n = user_data;

  *n += data[HC_RECORD_PREFIX_LENGTH] != HC_DTLS_APPLICATION_DATA;
  return TRUE;
}

static void
test_handshake (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_pair_connect (pair);
  g_assert_cmpmem (pair->caller.key, HC_KEY_LENGTH,
                   hc_identity_get_key (pair->callee.identity), HC_KEY_LENGTH);
  g_assert_cmpmem (pair->callee.key, HC_KEY_LENGTH,
                   hc_identity_get_key (pair->caller.identity), HC_KEY_LENGTH);
  secure_pair_exchange (pair);
}

/* Four flights, a datagram each. On a slow machine some are repeated. */
static void
test_flights (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  guint n = 0;

  lossy_relay_set_filter (pair->relay, count_handshake, &n);
  secure_pair_connect (pair);
  g_test_message ("%u datagrams", n);
  g_assert_cmpuint (n, >=, 4);
  g_assert_cmpuint (n, <, 20);
}

static void
test_any_key (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_end_begin (&pair->callee, FALSE, NULL, NULL);
  secure_end_begin (&pair->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  g_assert_cmpmem (pair->caller.key, HC_KEY_LENGTH,
                   hc_identity_get_key (pair->callee.identity), HC_KEY_LENGTH);
  secure_end_read (&pair->caller);
  secure_end_read (&pair->callee);
  secure_pair_exchange (pair);
}

static void
test_wrong_key_of_callee (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_end_begin (&pair->callee, FALSE, NULL, NULL);
  secure_end_begin (&pair->caller, TRUE, other_key, NULL);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  g_assert_error (pair->caller.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY);
  g_assert_cmpmem (pair->caller.key, HC_KEY_LENGTH,
                   hc_identity_get_key (pair->callee.identity), HC_KEY_LENGTH);
  g_assert_error (pair->callee.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED);
}

static void
test_wrong_key_of_caller (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_end_begin (&pair->callee, FALSE, other_key, NULL);
  secure_end_begin (&pair->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  g_assert_error (pair->callee.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_WRONG_KEY);
  g_assert_error (pair->caller.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_REFUSED);
}

/* The same path serves again: whoever was refused may ask the user and try. */
static void
test_again (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_end_begin (&pair->callee, FALSE, NULL, NULL);
  secure_end_begin (&pair->caller, TRUE, other_key, NULL);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  g_clear_error (&pair->caller.error);
  g_clear_error (&pair->callee.error);
  pair->caller.is_done = pair->callee.is_done = FALSE;

  secure_pair_connect (pair);
  secure_pair_exchange (pair);
}

/* The caller begins anew while the callee is in the middle of the first handshake. */
static gboolean
drop_from_callee (gboolean      from_caller,
                  const guint8 *data,
                  gsize         length,
                  gpointer      user_data)
{
  guint *n_dropped = user_data;

  if (from_caller)
    return TRUE;
  (*n_dropped)++;
  return FALSE;
}

static void
test_caller_begins_anew (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint n_dropped = 0;

  lossy_relay_set_filter (pair->relay, drop_from_callee, &n_dropped);
  secure_end_begin (&pair->callee, FALSE, NULL, NULL);
  secure_end_begin (&pair->caller, TRUE, NULL, cancellable);
  WAIT_UNTIL (n_dropped > 0);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (pair->caller.is_done);
  g_assert_error (pair->caller.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&pair->caller.error);
  pair->caller.is_done = FALSE;

  lossy_relay_set_filter (pair->relay, NULL, NULL);
  secure_end_begin (&pair->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  secure_end_read (&pair->caller);
  secure_end_read (&pair->callee);
  secure_pair_exchange (pair);
}

/* The caller's first record is there before the callee has begun. */
static void
test_callee_is_late (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_end_begin (&pair->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (g_datagram_based_condition_check (G_DATAGRAM_BASED (pair->callee.path), G_IO_IN) != 0);
  secure_end_begin (&pair->callee, FALSE, NULL, NULL);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  secure_end_read (&pair->caller);
  secure_end_read (&pair->callee);
  secure_pair_exchange (pair);
}

static void
test_nobody_answers (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (1, 1);

  secure_end_begin (&pair->caller, TRUE, NULL, NULL);
  WAIT_UNTIL (pair->caller.is_done);
  g_assert_error (pair->caller.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* --- Loss ----------------------------------------------------------------- */

typedef struct
{
  guint first;
  guint n;
  guint count;
} Gap;

static gboolean
drop_gap (gboolean      from_caller,
          const guint8 *data,
          gsize         length,
          gpointer      user_data)
{
  Gap *gap = user_data;
  guint number = gap->count++;

  return number < gap->first || number >= gap->first + gap->n;
}

/* Whichever datagrams are lost first, and however many in a row: the last
 * flight is among them. */
static void
test_flight_lost (void)
{
  for (guint first = 0; first < 4; first++)
    for (guint n = 1; n <= 3; n++)
      {
        g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
        Gap gap = { .first = first, .n = n };

        lossy_relay_set_filter (pair->relay, drop_gap, &gap);
        secure_pair_connect (pair);
        lossy_relay_set_filter (pair->relay, NULL, NULL);
        secure_pair_exchange (pair);
      }
}

static gboolean
drop_last_flight (gboolean      from_caller,
                  const guint8 *data,
                  gsize         length,
                  gpointer      user_data)
{
  guint *n_left = user_data;

  if (from_caller || data[HC_RECORD_PREFIX_LENGTH] != HC_DTLS_CHANGE_CIPHER_SPEC || *n_left == 0)
    return TRUE;
  (*n_left)--;
  return FALSE;
}

/* The callee is connected, and the caller doesn't know. */
static void
test_last_flight_lost (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  guint n_left = 4;

  lossy_relay_set_filter (pair->relay, drop_last_flight, &n_left);
  secure_pair_connect (pair);
  g_assert_cmpuint (n_left, ==, 0);
  secure_pair_exchange (pair);
}

static void
test_loss (void)
{
  for (guint seed = 1; seed <= N_LOSSY; seed++)
    {
      g_autoptr (SecurePair) pair = secure_pair_new (0.3, seed);

      g_test_message ("seed %u", seed);
      secure_pair_connect (pair);
    }
}

/* Nobody listens at the first address: Linux says so with ICMP. */
static void
test_port_unreachable (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) closed = stranger_new ();
  g_autoptr (GSocketAddress) right = hc_datagram_path_dup_remote (pair->caller.path);
  g_autoptr (GSocketAddress) wrong = NULL;

  wrong = g_inet_socket_address_new_from_string ("127.0.0.1", closed->port);
  g_socket_close (closed->socket, NULL);
  hc_datagram_path_set_remote (pair->caller.path, wrong);
  secure_pair_begin (pair);
  for (guint i = 0; i < 3; i++)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (pair->caller.is_done);

  hc_datagram_path_set_remote (pair->caller.path, right);
  WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
  secure_end_read (&pair->caller);
  secure_end_read (&pair->callee);
  secure_pair_exchange (pair);
}

/* --- Attacks -------------------------------------------------------------- */

static void
forge_all (Stranger     *stranger,
           SecureEnd    *victim,
           const guint8 *session)
{
  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++)
    stranger_send_record (stranger, victim, session, forgeries[i].record, forgeries[i].length);
}

static gboolean
is_from (HcDatagramPath *path,
         guint16         port)
{
  g_autoptr (GSocketAddress) remote = hc_datagram_path_dup_remote (path);

  return remote != NULL &&
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (remote)) == port;
}

static gboolean
has_arrived (SecureEnd *end)
{
  return g_datagram_based_condition_check (G_DATAGRAM_BASED (end->path), G_IO_IN) != 0;
}

/* Somebody on the way writes before the caller does. */
static void
test_forged_before (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();

  forge_all (stranger, &pair->callee, secure_pair_session);
  forge_all (stranger, &pair->caller, secure_pair_session);
  WAIT_UNTIL (has_arrived (&pair->callee) && has_arrived (&pair->caller));
  secure_pair_connect (pair);
  g_assert_true (is_from (pair->callee.path, lossy_relay_get_source (pair->relay)));
  secure_pair_exchange (pair);
}

typedef struct
{
  SecurePair *pair;
  Stranger *stranger;
  const guint8 *record;
  gsize length;
} Forger;

/* Before every datagram that passes, so that the forgery comes first. */
static gboolean
forge_at_each_step (gboolean      from_caller,
                    const guint8 *data,
                    gsize         length,
                    gpointer      user_data)
{
  Forger *self = user_data;

  stranger_send_record (self->stranger, &self->pair->caller, secure_pair_session,
                        self->record, self->length);
  stranger_send_record (self->stranger, &self->pair->callee, secure_pair_session,
                        self->record, self->length);
  return TRUE;
}

static void
test_forged_during (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++)
    {
      g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
      g_autoptr (Stranger) stranger = stranger_new ();
      Forger forger = { pair, stranger, forgeries[i].record, forgeries[i].length };

      g_test_message ("%s", forgeries[i].name);
      lossy_relay_set_filter (pair->relay, forge_at_each_step, &forger);
      secure_pair_connect (pair);
      lossy_relay_set_filter (pair->relay, NULL, NULL);
      secure_pair_exchange (pair);
    }
}

static void
test_forged_after (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();

  secure_pair_connect (pair);
  forge_all (stranger, &pair->callee, secure_pair_session);
  forge_all (stranger, &pair->caller, secure_pair_session);
  secure_pair_exchange (pair);
  g_assert_true (is_from (pair->callee.path, lossy_relay_get_source (pair->relay)));
  g_assert_true (is_from (pair->caller.path, lossy_relay_get_port (pair->relay)));
}

/* Another caller's ClientHello, as somebody on the way may write it. */
static void
stranger_send_hello (Stranger  *self,
                     SecureEnd *victim)
{
  g_autoptr (HcPeerKey) any = hc_peer_key_new (NULL);
  g_autoptr (HcIdentity) identity = hc_identity_generate ("mallory", NULL);
  g_autoptr (HcDtls) dtls = hc_dtls_new (TRUE, hc_identity_get_certificate (identity), any, NULL);
  g_autoptr (GPtrArray) records = NULL;
  const guint8 *data;
  gsize length;

  g_assert_false (hc_dtls_handshake (dtls, NULL, 0, NULL));
  records = hc_dtls_steal_records (dtls);
  g_assert_cmpuint (records->len, ==, 1);
  data = g_bytes_get_data (g_ptr_array_index (records, 0), &length);
  stranger_send_record (self, victim, secure_pair_session, data, length);
}

static void
test_client_hello_before (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();

  stranger_send_hello (stranger, &pair->callee);
  WAIT_UNTIL (has_arrived (&pair->callee));
  secure_pair_connect (pair);
  secure_pair_exchange (pair);
}

static void
test_client_hello_after (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();

  secure_pair_connect (pair);
  stranger_send_hello (stranger, &pair->callee);
  stranger_send_hello (stranger, &pair->caller);
  secure_pair_exchange (pair);
}

/* A refusal that was really meant is told after a second, in words. */
static void
test_refusal_without_end (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (1, 1);
  g_autoptr (Stranger) stranger = stranger_new ();

  secure_end_begin (&pair->caller, TRUE, NULL, NULL);
  stranger_send_record (stranger, &pair->caller, secure_pair_session,
                        forged_alert, sizeof forged_alert);
  WAIT_UNTIL (pair->caller.is_done);
  g_assert_error (pair->caller.error, HC_CLIENT_ERROR, HC_CLIENT_ERROR_NOT_SECURE);
}

static void
test_wrong_session (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();
  guint64 n_before;

  secure_pair_connect (pair);
  n_before = hc_datagram_socket_get_n_dropped (pair->callee.socket);
  forge_all (stranger, &pair->callee, other_session);
  WAIT_UNTIL (hc_datagram_socket_get_n_dropped (pair->callee.socket) ==
              n_before + G_N_ELEMENTS (forgeries));
  secure_pair_exchange (pair);
}

typedef struct
{
  GByteArray *newest;
  gboolean hold;
} Tap;

/* Remembers the newest datagram of the caller, and may keep it back. */
static gboolean
tap (gboolean      from_caller,
     const guint8 *data,
     gsize         length,
     gpointer      user_data)
{
  Tap *self = user_data;

  if (!from_caller || data[HC_RECORD_PREFIX_LENGTH] != HC_DTLS_APPLICATION_DATA)
    return TRUE;

  g_byte_array_set_size (self->newest, 0);
  g_byte_array_append (self->newest, data, length);
  return !self->hold;
}

static void
test_replayed (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();
  g_autoptr (GByteArray) newest = g_byte_array_new ();
  Tap listener = { .newest = newest };

  secure_pair_connect (pair);
  lossy_relay_set_filter (pair->relay, tap, &listener);
  secure_end_send (&pair->caller, "once");
  WAIT_UNTIL (pair->callee.received->len > 0);

  for (guint i = 0; i < 3; i++)
    stranger_send (stranger, &pair->callee, newest->data, newest->len);
  secure_end_send (&pair->caller, "then");
  WAIT_UNTIL (pair->callee.received->len >= strlen ("once\nthen\n"));
  g_assert_cmpstr (pair->callee.received->str, ==, "once\nthen\n");
  g_assert_true (is_from (pair->callee.path, lossy_relay_get_source (pair->relay)));
}

/* Neither somebody who floods us nor a peer that does so takes our memory. */
static void
test_flood (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) stranger = stranger_new ();
  g_autofree guint8 *long_record = g_malloc0 (4000);

  stranger_send_record (stranger, &pair->callee, secure_pair_session, long_record, 4000);
  WAIT_UNTIL (hc_datagram_path_get_n_dropped (pair->callee.path) == 1);
  while (hc_datagram_path_get_n_dropped (pair->callee.path) < 100)
    {
      for (guint i = 0; i < 32; i++)
        stranger_send_record (stranger, &pair->callee, secure_pair_session,
                              forged_data, sizeof forged_data);
      wait_settle ();
    }
  secure_pair_connect (pair);
  secure_pair_exchange (pair);
}

/* --- Addresses ------------------------------------------------------------ */

static void
on_notify_remote (HcDatagramPath *path,
                  GParamSpec     *pspec,
                  guint          *n)
{
  (*n)++;
}

static void
test_rebound (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  guint16 before = lossy_relay_get_source (pair->relay);
  guint n_notified = 0;

  secure_pair_connect (pair);
  g_assert_true (is_from (pair->callee.path, before));
  g_signal_connect (pair->callee.path, "notify::remote", G_CALLBACK (on_notify_remote), &n_notified);

  lossy_relay_rebind (pair->relay);
  secure_pair_exchange (pair);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_true (is_from (pair->callee.path, lossy_relay_get_source (pair->relay)));
}

/* A record that took a long way is read, but doesn't lead back there. */
static void
test_late_record (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (Stranger) detour = stranger_new ();
  g_autoptr (GByteArray) newest = g_byte_array_new ();
  g_autoptr (GByteArray) late = NULL;
  Tap listener = { .newest = newest, .hold = TRUE };

  secure_pair_connect (pair);
  lossy_relay_set_filter (pair->relay, tap, &listener);
  secure_end_send (&pair->caller, "late");
  WAIT_UNTIL (newest->len > 0);
  late = g_byte_array_new ();
  g_byte_array_append (late, newest->data, newest->len);

  lossy_relay_set_filter (pair->relay, NULL, NULL);
  secure_pair_exchange (pair);
  stranger_send (detour, &pair->callee, late->data, late->len);
  WAIT_UNTIL (strstr (pair->callee.received->str, "late\n") != NULL);
  g_assert_true (is_from (pair->callee.path, lossy_relay_get_source (pair->relay)));
}

/* --- Its end, and what fits ----------------------------------------------- */

static gboolean
has_ended (GDatagramBased *secure)
{
  char buffer[16];
  GInputVector vector = { buffer, sizeof buffer };
  GInputMessage message = { .vectors = &vector, .num_vectors = 1 };
  g_autoptr (GError) error = NULL;

  return g_datagram_based_receive_messages (secure, &message, 1, 0, 0, NULL, &error) < 0 &&
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_end (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);

  secure_pair_connect (pair);
  g_source_destroy (pair->callee.input);
  g_clear_pointer (&pair->callee.input, g_source_unref);
  g_source_destroy (pair->caller.input);
  g_clear_pointer (&pair->caller.input, g_source_unref);

  g_assert_finalize_object (g_steal_pointer (&pair->callee.secure));
  WAIT_UNTIL (has_ended (pair->caller.secure));
  g_assert_true (has_ended (pair->caller.secure));
  g_assert_false (secure_end_send (&pair->caller, "anybody there?"));
}

static void
test_max_data (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autofree char *text = NULL;
  gsize max;

  secure_pair_connect (pair);
  max = hc_secure_datagram_get_max_data (HC_SECURE_DATAGRAM (pair->caller.secure));
  g_test_message ("%" G_GSIZE_FORMAT " bytes", max);
  g_assert_cmpuint (max, >=, LONGEST_FRAME);

  text = g_strnfill (max + 1, 'x');
  g_assert_false (secure_end_send (&pair->caller, text));
  text[max] = '\0';
  g_assert_true (secure_end_send (&pair->caller, text));
  WAIT_UNTIL (pair->callee.received->len > 0);
  g_assert_cmpuint (pair->callee.received->len, ==, max + 1);
}

/* --- Interrupted ---------------------------------------------------------- */

static void
test_cancelled_before (void)
{
  g_autoptr (SecurePair) pair = secure_pair_new (0, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  secure_end_begin (&pair->caller, TRUE, NULL, cancellable);
  g_assert_false (pair->caller.is_done);
  WAIT_UNTIL (pair->caller.is_done);
  g_assert_error (pair->caller.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* At any moment, with anything on its way. */
static void
test_interrupted (void)
{
  for (guint seed = 1; seed <= N_INTERRUPTED; seed++)
    {
      g_autoptr (SecurePair) pair = secure_pair_new (0.1, seed);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      secure_end_begin (&pair->callee, FALSE, NULL, cancellable);
      secure_end_begin (&pair->caller, TRUE, NULL, cancellable);
      for (guint i = 0; i < seed % 25; i++)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      WAIT_UNTIL (pair->caller.is_done && pair->callee.is_done);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/secure-datagram/handshake", test_handshake);
  g_test_add_func ("/secure-datagram/flights", test_flights);
  g_test_add_func ("/secure-datagram/any-key", test_any_key);
  g_test_add_func ("/secure-datagram/wrong-key/callee", test_wrong_key_of_callee);
  g_test_add_func ("/secure-datagram/wrong-key/caller", test_wrong_key_of_caller);
  g_test_add_func ("/secure-datagram/again", test_again);
  g_test_add_func ("/secure-datagram/caller-begins-anew", test_caller_begins_anew);
  g_test_add_func ("/secure-datagram/callee-is-late", test_callee_is_late);
  g_test_add_func ("/secure-datagram/nobody-answers", test_nobody_answers);
  g_test_add_func ("/secure-datagram/lost/flight", test_flight_lost);
  g_test_add_func ("/secure-datagram/lost/last-flight", test_last_flight_lost);
  g_test_add_func ("/secure-datagram/lost/any", test_loss);
  g_test_add_func ("/secure-datagram/lost/port-unreachable", test_port_unreachable);
  g_test_add_func ("/secure-datagram/forged/before", test_forged_before);
  g_test_add_func ("/secure-datagram/forged/during", test_forged_during);
  g_test_add_func ("/secure-datagram/forged/after", test_forged_after);
  g_test_add_func ("/secure-datagram/forged/client-hello-before", test_client_hello_before);
  g_test_add_func ("/secure-datagram/forged/client-hello-after", test_client_hello_after);
  g_test_add_func ("/secure-datagram/forged/refusal", test_refusal_without_end);
  g_test_add_func ("/secure-datagram/wrong-session", test_wrong_session);
  g_test_add_func ("/secure-datagram/replayed", test_replayed);
  g_test_add_func ("/secure-datagram/flood", test_flood);
  g_test_add_func ("/secure-datagram/address/rebound", test_rebound);
  g_test_add_func ("/secure-datagram/address/late-record", test_late_record);
  g_test_add_func ("/secure-datagram/end", test_end);
  g_test_add_func ("/secure-datagram/max-data", test_max_data);
  g_test_add_func ("/secure-datagram/cancelled-before", test_cancelled_before);
  g_test_add_func ("/secure-datagram/interrupted", test_interrupted);

  return g_test_run ();
}
