/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "hc-packet-log.h"

#include <string.h>

static HcPacketRecord *
dup_record (HcPacketLog *log,
            guint        position)
{
  return g_list_model_get_item (G_LIST_MODEL (log), position);
}

static guint
count (HcPacketLog *log)
{
  return g_list_model_get_n_items (G_LIST_MODEL (log));
}

static void
test_packet (void)
{
  HcPacketLog *log = hc_packet_log_new ();
  g_autoptr (GSocketAddress) server = g_inet_socket_address_new_from_string ("192.0.2.1", 5000);
  g_autoptr (HcPacket) packet = hc_packet_new_register ("alice", "192.0.2.7", 6000);
  g_autoptr (HcPacketRecord) record = NULL;

  hc_packet_log_add (log, TRUE, HC_TRANSPORT_TCP, server, packet);
  record = dup_record (log, 0);
  g_assert_true (hc_packet_record_is_outgoing (record));
  g_assert_cmpint (hc_packet_record_get_transport (record), ==, HC_TRANSPORT_TCP);
  g_assert_cmpstr (hc_packet_record_get_remote (record), ==, "192.0.2.1:5000");
  g_assert_cmpstr (hc_packet_record_get_type_name (record), ==, "REGISTER");
  g_assert_cmpstr (hc_packet_record_get_headers (record), ==,
                   "clientID: alice\nIP: 192.0.2.7\nPort: 6000");
  g_assert_cmpuint (hc_packet_record_get_length (record), ==, 56);
  g_assert_null (hc_packet_record_get_fault (record));
  g_assert_nonnull (hc_packet_record_get_time (record));

  g_assert_finalize_object (log);
  g_assert_finalize_object (g_steal_pointer (&record));
}

static void
test_message (void)
{
  HcPacketLog *log = hc_packet_log_new ();
  g_autoptr (HcPacket) packet = hc_packet_new_message ("bob", "Hi\n\nalice");
  g_autoptr (HcPacketRecord) record = NULL;

  hc_packet_log_add (log, FALSE, HC_TRANSPORT_UDP, NULL, packet);
  record = dup_record (log, 0);
  g_assert_false (hc_packet_record_is_outgoing (record));
  g_assert_cmpstr (hc_packet_record_get_remote (record), ==, "");
  g_assert_cmpstr (hc_packet_record_get_headers (record), ==, "clientID: bob\n\nHi\n\nalice");

  g_assert_finalize_object (log);
}

static char *
dup_headers (HcPacket *packet)
{
  HcPacketLog *log = hc_packet_log_new ();
  g_autoptr (HcPacketRecord) record = NULL;
  char *headers;

  hc_packet_log_add (log, TRUE, HC_TRANSPORT_TCP, NULL, packet);
  record = dup_record (log, 0);
  headers = g_strdup (hc_packet_record_get_headers (record));
  g_assert_finalize_object (log);
  return headers;
}

static void
test_encrypted (void)
{
  g_autoptr (HcPacket) part = hc_packet_new_part (7, 0, 1, 1, "between us", 10);
  g_autofree char *headers = dup_headers (part);

  g_assert_nonnull (strstr (headers, "Seq: 7"));
  g_assert_nonnull (strstr (headers, "Length: 10"));
  g_assert_null (strstr (headers, "between us"));
}

static void
test_fault (void)
{
  HcPacketLog *log = hc_packet_log_new ();
  g_autoptr (GError) fault = g_error_new_literal (HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_EMPTY, "Oh");
  g_autoptr (HcPacketRecord) record = NULL;

  hc_packet_log_add_fault (log, HC_TRANSPORT_UDP, NULL, 17, fault);
  record = dup_record (log, 0);
  g_assert_false (hc_packet_record_is_outgoing (record));
  g_assert_cmpstr (hc_packet_record_get_fault (record), ==, "Oh");
  g_assert_cmpstr (hc_packet_record_get_type_name (record), ==, "");
  g_assert_cmpuint (hc_packet_record_get_length (record), ==, 17);

  g_assert_finalize_object (log);
}

static void
test_bounded (void)
{
  HcPacketLog *log = hc_packet_log_new ();
  g_autoptr (HcPacket) probe = hc_packet_new_probe ();
  g_autoptr (HcPacket) last = hc_packet_new_leave ();
  g_autoptr (HcPacketRecord) record = NULL;

  for (guint i = 0; i < 25000; i++)
    hc_packet_log_add (log, TRUE, HC_TRANSPORT_UDP, NULL, probe);
  hc_packet_log_add (log, TRUE, HC_TRANSPORT_UDP, NULL, last);

  g_assert_cmpuint (count (log), >=, 1000);
  g_assert_cmpuint (count (log), <=, 10000);
  record = dup_record (log, count (log) - 1);
  g_assert_cmpstr (hc_packet_record_get_type_name (record), ==, "QUIT");

  g_assert_finalize_object (log);
}

static void
test_clear (void)
{
  HcPacketLog *log = hc_packet_log_new ();
  g_autoptr (HcPacket) probe = hc_packet_new_probe ();

  hc_packet_log_clear (log);
  hc_packet_log_add (log, TRUE, HC_TRANSPORT_TCP, NULL, probe);
  hc_packet_log_clear (log);
  g_assert_cmpuint (count (log), ==, 0);
  g_assert_null (dup_record (log, 0));

  g_assert_finalize_object (log);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packet-log/packet", test_packet);
  g_test_add_func ("/packet-log/message", test_message);
  g_test_add_func ("/packet-log/encrypted", test_encrypted);
  g_test_add_func ("/packet-log/fault", test_fault);
  g_test_add_func ("/packet-log/bounded", test_bounded);
  g_test_add_func ("/packet-log/clear", test_clear);

  return g_test_run ();
}
