/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A caller whom the server has sent, with the right key and ticket, and who
 * doesn't keep to the protocol inside encryption: that ends its conversation,
 * with words, and nothing else. */

#include "hc-session-private.h"
#include "impostor.h"
#include "scene.h"

#include <string.h>

typedef struct
{
  Scene *scene;
  HcIdentity *identity;
  Impostor *carol;
  HcSession *bob;
} Call;

/* What the server would say to carol, if it had sent her. */
static void
get_ticket (Call   *call,
            guint8  ticket[HC_TICKET_LENGTH])
{
  guint8 token[HC_TOKEN_LENGTH];

  g_assert_true (hc_rendezvous_client_get_token (call->bob->rendezvous, token));
  hc_ticket_compute (token, "carol", hc_identity_get_key (call->identity),
                     call->carol->meeting->session, ticket);
}

/* Bob waits, and carol may call him. */
static void
call_prepare (Call *call,
              Hub  *hub)
{
  g_autoptr (GError) error = NULL;

  call->scene = scene_new (hub);
  scene_wait (call->scene);
  call->bob = call->scene->bob;
  call->identity = hc_identity_generate ("carol", &error);
  g_assert_no_error (error);
  call->carol = impostor_new (hub->udp, call->identity);
  get_ticket (call, call->carol->meeting->ticket);
  call->carol->meeting->has_ticket = TRUE;
}

static void
call_dial (Call *call)
{
  impostor_call (call->carol, "bob", hc_session_get_bound_port (call->bob));
  WAIT_UNTIL (call->carol->link != NULL);
}

/* She has encrypted with him, and said nothing yet. */
static void
call_begin (Call *call,
            Hub  *hub)
{
  call_prepare (call, hub);
  call_dial (call);
}

/* They talk. */
static void
call_talk (Call *call,
           Hub  *hub)
{
  call_begin (call, hub);
  impostor_greet (call->carol);
  session_await (call->bob, HC_SESSION_CHATTING);
  g_assert_true (hc_session_get_encrypted (call->bob));
  impostor_say (call->carol, "CHAT\r\nSeq: 1\r\nSent: 0\r\nPart: 1/1\r\nLength: 2\r\n\r\nHi");
  session_await_text (call->bob, HC_MESSAGE_INCOMING, "Hi");
}

/* Whatever has happened, bob can be called by somebody honest. */
static void
call_end (Call *call)
{
  g_clear_pointer (&call->carol, impostor_free);
  scene_part (call->scene);
  scene_meet (call->scene);
  scene_free (call->scene);
  g_object_unref (call->identity);
}

/* --- HELLO ---------------------------------------------------------------- */

/* What is in a HELLO instead of the truth; NULL takes it out. */
typedef struct
{
  const char *header;
  const char *value;
  const char *words;
} WrongHello;

static const WrongHello wrong_hellos[] = {
  { "clientID", "dave", "another ID" },
  { "Session", "AAAAAAAAAAA", "Session is another one" },
  { "Plain", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "before the encryption" },
  { "Ticket", "AAAAAAAAAAAAAAAAAAAAAA", "the server has not sent it" },
  { "Ticket", NULL, "the server has not sent it" },
  { "Resume", "7", "got what nobody said" },
};

static void
test_hello (Hub           *hub,
            gconstpointer  data)
{
  Call call = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (wrong_hellos); i++)
    {
      const WrongHello *wrong = &wrong_hellos[i];
      g_autofree char *hello = NULL;
      g_autoptr (GString) text = NULL;

      call_begin (&call, hub);
      session_forbid_chat (call.bob);
      hello = impostor_make_hello (call.carol, 0);
      text = g_string_new (hello);
      g_assert_true (meddler_change_value (text, wrong->header, wrong->value));
      impostor_say (call.carol, text->str);
      session_await_failed (call.bob, HC_SESSION_WAITING, wrong->words);
      WAIT_UNTIL (call.carol->is_closed);
      g_assert_cmpuint (impostor_count (call.carol, HC_PACKET_REVEAL), ==, 0);
      call_end (&call);
    }
}

/* Words before HELLO are nobody's. */
static void
test_no_hello (Hub           *hub,
               gconstpointer  data)
{
  Call call = { 0 };

  call_begin (&call, hub);
  session_forbid_chat (call.bob);
  impostor_say (call.carol, "CHAT\r\nSeq: 1\r\nSent: 0\r\nPart: 1/1\r\nLength: 2\r\n\r\nHi");
  session_await_failed (call.bob, HC_SESSION_WAITING, "not said HELLO first");
  WAIT_UNTIL (call.carol->is_closed);
  g_assert_cmpuint (session_count (call.bob, HC_MESSAGE_INCOMING), ==, 0);
  call_end (&call);
}

/* The ticket is for one caller, with one key. */
static void
test_others_ticket (Hub           *hub,
                    gconstpointer  data)
{
  Call call = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HcIdentity) daves = hc_identity_generate ("carol", &error);
  g_autofree char *hello = NULL;

  g_assert_no_error (error);
  call_prepare (&call, hub);
  session_forbid_chat (call.bob);
  g_object_unref (call.carol->meeting->identity);
  call.carol->meeting->identity = g_object_ref (daves);
  call_dial (&call);
  hello = impostor_make_hello (call.carol, 0);
  impostor_say (call.carol, hello);
  session_await_failed (call.bob, HC_SESSION_WAITING, "the server has not sent it");
  call_end (&call);
}

/* An offer that was overheard is worth nothing in another meeting, where bob has
 * another token. */
static void
test_old_ticket (Hub           *hub,
                 gconstpointer  data)
{
  Call call = { 0 };
  g_autofree char *hello = NULL;

  call_prepare (&call, hub);
  scene_part (call.scene);
  scene_wait (call.scene);
  call.bob = call.scene->bob;
  session_forbid_chat (call.bob);
  call_dial (&call);
  hello = impostor_make_hello (call.carol, 0);
  impostor_say (call.carol, hello);
  session_await_failed (call.bob, HC_SESSION_WAITING, "the server has not sent it");
  call_end (&call);
}

/* --- Behind it ------------------------------------------------------------ */

/* What carol says in a conversation, and what bob is told. */
typedef struct
{
  const char *packet;
  const char *words;
} Misconduct;

#define PART "CHAT\r\nSent: 0\r\nLength: 1\r\n"

static const Misconduct misconducts[] = {
  { PART "Seq: 3\r\nPart: 1/1\r\n\r\nx", "part of a message is missing" },
  { PART "Seq: 2\r\nPart: 2/2\r\n\r\nx", "not the one that comes next" },
  { "ACK\r\nSeq: 1\r\n\r\n", "confirmed what nobody said" },
  { "ACK\r\nSeq: 4294967295\r\n\r\n", "confirmed what nobody said" },
  { "REVEAL\r\nNonce: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n", "bound itself to" },
};

static void
assert_ended (Call       *call,
              const char *words)
{
  session_await_failed (call->bob, HC_SESSION_ENDED, words);
  WAIT_UNTIL (call->carol->is_closed);
  session_await_text (call->bob, HC_MESSAGE_NOTICE, hc_session_get_failure (call->bob));
  g_assert_cmpuint (session_count (call->bob, HC_MESSAGE_INCOMING), ==, 1);
  call_end (call);
}

static void
test_misconduct (Hub           *hub,
                 gconstpointer  data)
{
  Call call = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (misconducts); i++)
    {
      call_talk (&call, hub);
      impostor_say (call.carol, misconducts[i].packet);
      assert_ended (&call, misconducts[i].words);
    }
}

static void
test_hello_twice (Hub           *hub,
                  gconstpointer  data)
{
  Call call = { 0 };
  g_autofree char *hello = NULL;

  call_talk (&call, hub);
  hello = impostor_make_hello (call.carol, 0);
  impostor_say (call.carol, hello);
  assert_ended (&call, "HELLO twice");
}

/* A message has as many parts as its first one said. */
static void
test_changed_count (Hub           *hub,
                    gconstpointer  data)
{
  Call call = { 0 };

  call_talk (&call, hub);
  impostor_say (call.carol, PART "Seq: 2\r\nPart: 1/3\r\n\r\nx");
  impostor_say (call.carol, PART "Seq: 3\r\nPart: 2/4\r\n\r\nx");
  assert_ended (&call, "not the one that comes next");
}

static char *
make_part (guint number,
           guint index,
           guint n_parts,
           guint length)
{
  g_autofree char *text = g_strnfill (length, 'x');

  return g_strdup_printf ("CHAT\r\nSeq: %u\r\nSent: 0\r\nPart: %u/%u\r\nLength: %u\r\n\r\n%s",
                          number, index, n_parts, length, text);
}

/* 71 parts have room for more than 64 KiB. */
static void
test_too_long (Hub           *hub,
               gconstpointer  data)
{
  Call call = { 0 };

  call_talk (&call, hub);
  for (guint i = 1; i <= 71; i++)
    {
      g_autofree char *part = make_part (1 + i, i, 71, 928);

      impostor_say (call.carol, part);
    }
  assert_ended (&call, "longer than 64 KiB");
}

/* What costs the other nothing costs nothing: it is answered, and the next words
 * arrive. */
static void
test_flood (Hub           *hub,
            gconstpointer  data)
{
  Call call = { 0 };

  call_talk (&call, hub);
  for (guint i = 0; i < 500; i++)
    {
      impostor_say (call.carol, "TYPING\r\n\r\n");
      impostor_say (call.carol, "PING\r\n\r\n");
    }
  impostor_say (call.carol, PART "Seq: 2\r\nPart: 1/1\r\n\r\nx");
  session_await_text (call.bob, HC_MESSAGE_INCOMING, "x");
  g_assert_cmpint (hc_session_get_state (call.bob), ==, HC_SESSION_CHATTING);
  call_end (&call);
}

/* A message that never comes to its end is never shown. */
static void
test_unfinished (Hub           *hub,
                 gconstpointer  data)
{
  Call call = { 0 };

  call_talk (&call, hub);
  impostor_say (call.carol, PART "Seq: 2\r\nPart: 1/2\r\n\r\nx");
  impostor_say (call.carol, "QUIT\r\n\r\n");
  session_await (call.bob, HC_SESSION_ENDED);
  g_assert_cmpuint (session_count (call.bob, HC_MESSAGE_INCOMING), ==, 1);
  call_end (&call);
}

/* --- A link that takes another's place ------------------------------------ */

/* Somebody knows the session, and has another key. */
static void
test_hijack (Hub           *hub,
             gconstpointer  data)
{
  Call call = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HcIdentity) daves = hc_identity_generate ("carol", &error);
  g_autoptr (Impostor) dave = impostor_new (hub->udp, daves);

  g_assert_no_error (error);
  call_talk (&call, hub);
  memcpy (dave->meeting->session, call.carol->meeting->session, HC_SESSION_LENGTH);
  dave->meeting->is_vouched = TRUE;
  impostor_call (dave, "bob", hc_session_get_bound_port (call.bob));
  WAIT_UNTIL (impostor_is_done (dave));
  if (dave->link != NULL)
    WAIT_UNTIL (dave->is_closed);
  g_assert_cmpuint (dave->heard->len, ==, 0);

  impostor_say (call.carol, PART "Seq: 2\r\nPart: 1/1\r\n\r\nx");
  session_await_text (call.bob, HC_MESSAGE_INCOMING, "x");
  g_assert_false (hc_session_get_interrupted (call.bob));
  g_assert_cmpint (hc_session_get_state (call.bob), ==, HC_SESSION_CHATTING);
  call_end (&call);
}

/* A second link of carol's own, with something that isn't as it was. */
static void
resume_with (Call             *call,
             Hub              *hub,
             const WrongHello *wrong)
{
  g_autofree char *hello = NULL;
  g_autoptr (GString) text = NULL;
  HcLink *old;

  call_talk (call, hub);
  session_send (call->bob, "Hi carol");
  impostor_hear (call->carol, HC_PACKET_CHAT);
  impostor_say (call->carol, "ACK\r\nSeq: 1\r\n\r\n");
  old = call->carol->link;
  impostor_call (call->carol, "bob", hc_session_get_bound_port (call->bob));
  WAIT_UNTIL (call->carol->link != old);
  hello = impostor_make_hello (call->carol, 1);
  text = g_string_new (hello);
  meddler_change_value (text, wrong->header, wrong->value);
  impostor_say (call->carol, text->str);
}

static void
test_resume (Hub           *hub,
             gconstpointer  data)
{
  static const WrongHello wrongs[] = {
    { "Commit", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Commit has changed" },
    { "Resume", "2", "got what nobody said" },
  };
  Call call = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (wrongs); i++)
    {
      resume_with (&call, hub, &wrongs[i]);
      assert_ended (&call, wrongs[i].words);
    }
}

/* A HELLO from before what she has confirmed may have been on its way for long:
 * the link goes, the conversation stays. */
static void
test_stale_resume (Hub           *hub,
                   gconstpointer  data)
{
  const WrongHello stale = { "Resume", "0", NULL };
  Call call = { 0 };

  resume_with (&call, hub, &stale);
  WAIT_UNTIL (call.carol->is_closed);
  WAIT_UNTIL (hc_session_get_interrupted (call.bob));
  g_assert_cmpint (hc_session_get_state (call.bob), ==, HC_SESSION_CHATTING);
  call_end (&call);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  hub_add_test ("session-hostile", "/hello/wrong", test_hello);
  hub_add_test ("session-hostile", "/hello/missing", test_no_hello);
  hub_add_test ("session-hostile", "/hello/twice", test_hello_twice);
  hub_add_test ("session-hostile", "/hello/others-ticket", test_others_ticket);
  hub_add_test ("session-hostile", "/hello/old-ticket", test_old_ticket);
  hub_add_test ("session-hostile", "/misconduct", test_misconduct);
  hub_add_test ("session-hostile", "/parts/changed-count", test_changed_count);
  hub_add_test ("session-hostile", "/parts/too-long", test_too_long);
  hub_add_test ("session-hostile", "/parts/unfinished", test_unfinished);
  hub_add_test ("session-hostile", "/flood", test_flood);
  hub_add_test ("session-hostile", "/hijack", test_hijack);
  hub_add_stream_test ("session-hostile", "/resume", test_resume);
  hub_add_stream_test ("session-hostile", "/stale-resume", test_stale_resume);

  return g_test_run ();
}
