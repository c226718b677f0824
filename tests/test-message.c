/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-message.h"

static void
test_incoming (void)
{
  g_autoptr (GDateTime) before = g_date_time_new_now_local ();
  HcMessage *message = hc_message_new (HC_MESSAGE_INCOMING, "bob", "Hi\nalice");

  g_assert_cmpint (hc_message_get_kind (message), ==, HC_MESSAGE_INCOMING);
  g_assert_cmpstr (hc_message_get_sender_id (message), ==, "bob");
  g_assert_cmpstr (hc_message_get_text (message), ==, "Hi\nalice");
  g_assert_cmpint (hc_message_get_status (message), ==, HC_MESSAGE_STATUS_NONE);
  g_assert_null (hc_message_get_failure (message));
  g_assert_cmpint (g_date_time_compare (hc_message_get_time (message), before), >=, 0);

  g_assert_finalize_object (message);
}

static void
test_notice (void)
{
  HcMessage *message = hc_message_new (HC_MESSAGE_NOTICE, NULL, "bob has left");

  g_assert_null (hc_message_get_sender_id (message));
  g_assert_cmpint (hc_message_get_status (message), ==, HC_MESSAGE_STATUS_NONE);

  g_assert_finalize_object (message);
}

static void
test_properties (void)
{
  HcMessage *message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Hi");
  g_autofree char *sender = NULL;
  g_autofree char *text = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GDateTime) time = NULL;
  int kind, status;

  hc_message_fail (message, "bob has left");
  g_object_get (message, "kind", &kind, "sender-id", &sender, "text", &text, "time", &time,
                "status", &status, "failure", &failure, NULL);

  g_assert_cmpint (kind, ==, HC_MESSAGE_OUTGOING);
  g_assert_cmpstr (sender, ==, "alice");
  g_assert_cmpstr (text, ==, "Hi");
  g_assert_true (time == hc_message_get_time (message));
  g_assert_cmpint (status, ==, HC_MESSAGE_STATUS_FAILED);
  g_assert_cmpstr (failure, ==, "bob has left");

  g_assert_finalize_object (message);
}

static void
count (guint *n)
{
  ++*n;
}

static void
test_status (void)
{
  HcMessage *message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Hi");
  guint changes = 0;

  g_signal_connect_swapped (message, "notify::status", G_CALLBACK (count), &changes);
  g_assert_cmpint (hc_message_get_status (message), ==, HC_MESSAGE_STATUS_WAITING);

  hc_message_set_status (message, HC_MESSAGE_STATUS_WAITING);
  g_assert_cmpuint (changes, ==, 0);
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENDING);
  hc_message_set_status (message, HC_MESSAGE_STATUS_SENT);
  g_assert_cmpint (hc_message_get_status (message), ==, HC_MESSAGE_STATUS_SENT);
  g_assert_cmpuint (changes, ==, 2);

  g_assert_finalize_object (message);
}

static void
assert_has_reason (HcMessage *message)
{
  g_assert_cmpstr (hc_message_get_failure (message), ==, "bob has left");
}

static void
test_fail (void)
{
  HcMessage *message = hc_message_new (HC_MESSAGE_OUTGOING, "alice", "Hi");
  guint reasons = 0;

  g_signal_connect (message, "notify::status", G_CALLBACK (assert_has_reason), NULL);
  g_signal_connect_swapped (message, "notify::failure", G_CALLBACK (count), &reasons);
  hc_message_fail (message, "bob has left");
  g_assert_cmpint (hc_message_get_status (message), ==, HC_MESSAGE_STATUS_FAILED);
  g_assert_cmpuint (reasons, ==, 1);

  g_assert_finalize_object (message);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message/incoming", test_incoming);
  g_test_add_func ("/message/notice", test_notice);
  g_test_add_func ("/message/properties", test_properties);
  g_test_add_func ("/message/status", test_status);
  g_test_add_func ("/message/fail", test_fail);

  return g_test_run ();
}
