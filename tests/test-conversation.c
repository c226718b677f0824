/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-conversation.h"

static void
append (HcConversation *conversation,
        HcMessageKind   kind,
        const char     *sender_id,
        const char     *text)
{
  g_autoptr (HcMessage) message = hc_message_new (kind, sender_id, text);

  hc_conversation_append (conversation, message);
}

static void
assert_text (HcConversation *conversation,
             guint           position,
             const char     *wanted)
{
  g_autoptr (HcMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), position);

  g_assert_cmpstr (hc_message_get_text (message), ==, wanted);
}

typedef struct
{
  guint position, removed, added, n;
} Change;

static void
on_items_changed (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Change     *change)
{
  *change = (Change) { position, removed, added, change->n + 1 };
}

static void
test_append (void)
{
  HcConversation *conversation = hc_conversation_new ();
  GListModel *model = G_LIST_MODEL (conversation);
  Change change = { 0 };

  g_signal_connect (conversation, "items-changed", G_CALLBACK (on_items_changed), &change);
  g_assert_true (g_list_model_get_item_type (model) == HC_TYPE_MESSAGE);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 0);
  g_assert_null (g_list_model_get_item (model, 0));

  append (conversation, HC_MESSAGE_OUTGOING, "alice", "Hi bob");
  append (conversation, HC_MESSAGE_INCOMING, "bob", "Hi alice");
  g_assert_cmpuint (change.n, ==, 2);
  g_assert_cmpuint (change.position, ==, 1);
  g_assert_cmpuint (change.removed, ==, 0);
  g_assert_cmpuint (change.added, ==, 1);
  assert_text (conversation, 0, "Hi bob");
  assert_text (conversation, 1, "Hi alice");
  g_assert_null (g_list_model_get_item (model, 2));

  g_assert_finalize_object (conversation);
}

static void
test_clear (void)
{
  HcConversation *conversation = hc_conversation_new ();
  Change change = { 0 };

  g_signal_connect (conversation, "items-changed", G_CALLBACK (on_items_changed), &change);
  hc_conversation_clear (conversation);
  g_assert_cmpuint (change.n, ==, 0);

  append (conversation, HC_MESSAGE_INCOMING, "bob", "one");
  append (conversation, HC_MESSAGE_INCOMING, "bob", "two");
  hc_conversation_clear (conversation);
  g_assert_cmpuint (change.n, ==, 3);
  g_assert_cmpuint (change.position, ==, 0);
  g_assert_cmpuint (change.removed, ==, 2);
  g_assert_cmpuint (change.added, ==, 0);

  g_assert_finalize_object (conversation);
}

static void
assert_transcript (HcConversation *conversation,
                   const char     *pattern)
{
  g_autofree char *transcript = hc_conversation_dup_transcript (conversation);
  g_autofree char *anchored = g_strconcat ("\\A", pattern, "\\z", NULL);

  if (!g_regex_match_simple (anchored, transcript, 0, 0))
    g_error ("not like %s:\n%s", pattern, transcript);
}

#define TIME "\\[\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\] "

static void
test_transcript (void)
{
  HcConversation *conversation = hc_conversation_new ();
  g_autoptr (HcMessage) failed = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Wait");

  assert_transcript (conversation, "");
  append (conversation, HC_MESSAGE_INCOMING, "bob", "Zoë says: 🎈");
  append (conversation, HC_MESSAGE_NOTICE, NULL, "bob has left");
  hc_message_fail (failed, "Too late");
  hc_conversation_append (conversation, failed);
  assert_transcript (conversation,
                     TIME "bob: Zoë says: 🎈\n" TIME "bob has left\n" TIME "alice: Wait \\(Too late\\)\n");

  g_assert_finalize_object (conversation);
}

static void
test_forged_line (void)
{
  HcConversation *conversation = hc_conversation_new ();

  append (conversation, HC_MESSAGE_INCOMING, "bob", "Hi\n[2026-01-01 10:00:00] alice: I owe you\n\nlast");
  assert_transcript (conversation, TIME "bob: Hi\n\\s[^\n]*alice: I owe you\n\\s*\n\\s+last\n");

  g_assert_finalize_object (conversation);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/conversation/append", test_append);
  g_test_add_func ("/conversation/clear", test_clear);
  g_test_add_func ("/conversation/transcript/lines", test_transcript);
  g_test_add_func ("/conversation/transcript/forged-line", test_forged_line);

  return g_test_run ();
}
