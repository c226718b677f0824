/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Packets that are wrong: every fault of protocol, section 1, its code, and
 * that the message names it. */

#include "packet-util.h"

#include <string.h>

#define RENDEZVOUS HC_DIALECT_RENDEZVOUS
#define PEER HC_DIALECT_PEER

typedef struct
{
  const char *wire;
  gsize length;
  HcDialect dialect;

  /* -1: there is nothing wrong with it. */
  int code;

  /* What the message must contain. */
  const char *phrase;
} Case;

/* From a block of its own length, so that a sanitiser sees a step too far. */
static void
check (const char *wire,
       gsize       length,
       HcDialect   dialect,
       int         code,
       const char *phrase)
{
  g_autofree char *bytes = g_memdup2 (wire, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (HcPacket) packet = hc_packet_parse (bytes, length, dialect, &error);

  if (code < 0)
    {
      g_assert_no_error (error);
      g_assert_nonnull (packet);
      return;
    }

  g_assert_null (packet);
  g_assert_error (error, HC_PROTOCOL_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, phrase));
  g_assert_null (strstr (error->message, "Hc"));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (hc_text_find_control_character (error->message, strlen (error->message)));
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;

  check (test->wire, test->length, test->dialect, test->code, test->phrase);
}

static void
case_free (gpointer data)
{
  Case *test = data;

  g_free ((char *) test->wire);
  g_free ((char *) test->phrase);
  g_free (test);
}

G_GNUC_PRINTF (6, 7)
static void
add (const char *wire,
     gsize       length,
     HcDialect   dialect,
     int         code,
     const char *phrase,
     const char *path_format,
     ...)
{
  Case *test = g_new (Case, 1);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  va_list arguments;

  va_start (arguments, path_format);
  name = g_strdup_vprintf (path_format, arguments);
  va_end (arguments);

  *test = (Case) { g_memdup2 (wire, length), length, dialect, code, g_strdup (phrase) };
  path = g_strconcat ("/packet/parse/", name, NULL);
  g_test_add_data_func_full (path, test, test_case, case_free);
}

/* The packets that need headers, and which they need. */

typedef struct
{
  const char *name;
  HcDialect dialect;
  const char *type;
  const char *headers[4];
} Shape;

static const Shape shapes[] = {
  { "register", RENDEZVOUS, "REGISTER", { "clientID: alice", "IP: 192.0.2.7", "Port: 6000" } },
  { "regack", RENDEZVOUS, "REGACK", { "clientID: alice", "IP: 192.0.2.7", "Port: 6000" } },
  { "bridge", RENDEZVOUS, "BRIDGE", { "clientID: alice" } },
  { "bridgeack", RENDEZVOUS, "BRIDGEACK", { "clientID: alice", "IP: 192.0.2.7", "Port: 6000" } },
  { "nobody", RENDEZVOUS, "BRIDGEACK", { "clientID: ", "IP: ", "Port: " } },
  { "chat", RENDEZVOUS, "CHAT", { "clientID1: alice", "clientID2: bob" } },
  { "quit", RENDEZVOUS, "QUIT", { "clientID: alice" } },
  { "quitack", RENDEZVOUS, "QUITACK", { "clientID: alice" } },
  { "error", RENDEZVOUS, "ERROR", { "Reason: none" } },
  { "hello", PEER, "CHAT", { "clientID: alice" } },
};

/* @without and @twice are places of headers, or -1. */
static char *
write_shape (const Shape *shape,
             int          without,
             int          twice)
{
  GString *wire = g_string_new (shape->type);

  g_string_append (wire, "\r\n");
  for (int i = 0; shape->headers[i] != NULL; i++)
    if (i != without)
      g_string_append_printf (wire, "%s\r\n", shape->headers[i]);
  if (twice >= 0)
    g_string_append_printf (wire, "%s\r\n", shape->headers[twice]);
  g_string_append (wire, "\r\n");

  return g_string_free (wire, FALSE);
}

static void
add_missing_and_repeated (const Shape *shape)
{
  g_autofree char *whole = write_shape (shape, -1, -1);

  add (whole, strlen (whole), shape->dialect, -1, NULL, "complete/%s", shape->name);
  for (int i = 0; shape->headers[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (shape->headers[i], strcspn (shape->headers[i], ":"));
      g_autofree char *missing = g_strdup_printf ("%s has no %s", shape->type, name);
      g_autofree char *repeated = g_strdup_printf ("%s stands twice in %s", name, shape->type);
      g_autofree char *without = write_shape (shape, i, -1);
      g_autofree char *twice = write_shape (shape, -1, i);

      add (without, strlen (without), shape->dialect, HC_PROTOCOL_ERROR_MISSING_HEADER, missing,
           "missing-header/%s/%s", shape->name, name);

      /* Behind the one header of a peer's CHAT everything is text. */
      add (twice, strlen (twice), shape->dialect,
           shape->dialect == PEER ? -1 : HC_PROTOCOL_ERROR_REPEATED_HEADER, repeated,
           "repeated-header/%s/%s", shape->name, name);
    }
}

static void
add_other_missing_and_repeated (void)
{
  static const char *const otherwise_written[] = { "clientid: b", "CLIENTID:alice", "clientID:" };

  for (guint i = 0; i < G_N_ELEMENTS (otherwise_written); i++)
    {
      g_autofree char *wire = g_strdup_printf ("BRIDGE\r\nclientID: alice\r\n%s\r\n\r\n",
                                               otherwise_written[i]);

      add (wire, strlen (wire), RENDEZVOUS, HC_PROTOCOL_ERROR_REPEATED_HEADER,
           "clientID stands twice in BRIDGE", "repeated-header/otherwise-written/%u", i);
    }

#define REPEATED "PROBE\r\nPort: 1\r\nVersion: 2\r\nPort: 1\r\n\r\n"
  add (REPEATED, strlen (REPEATED), RENDEZVOUS, HC_PROTOCOL_ERROR_REPEATED_HEADER,
       "Port stands twice in PROBE", "repeated-header/unneeded");
#define BEHIND "BRIDGE\r\nVersion: 2\r\n\r\nclientID: alice\r\n\r\n"
  add (BEHIND, strlen (BEHIND), RENDEZVOUS, HC_PROTOCOL_ERROR_MISSING_HEADER,
       "BRIDGE has no clientID", "missing-header/behind-blank-line");
#define NUMBERED "CHAT\r\nclientID: alice\r\nclientID2: bob\r\n\r\n"
  add (NUMBERED, strlen (NUMBERED), RENDEZVOUS, HC_PROTOCOL_ERROR_MISSING_HEADER,
       "CHAT has no clientID1", "missing-header/not-numbered");
#define OTHER "CHAT\r\nVersion: 2\r\nclientID: alice\r\n\r\n"
  add (OTHER, strlen (OTHER), PEER, HC_PROTOCOL_ERROR_MISSING_HEADER,
       "CHAT has no clientID", "missing-header/peer-first-line");
}

/* The first line. */

static void
add_types (void)
{
  static const struct { const char *name, *wire, *phrase; } unknown[] = {
    { "word", "NOISE\r\n\r\n", "“NOISE”" },
    { "lower-case", "probe\r\n\r\n", "“probe”" },
    { "blank-behind", "PROBE \r\n\r\n", "“PROBE ”" },
    { "blank-before", " PROBE\r\n\r\n", "“ PROBE”" },
    { "longer", "PROBEACKS\r\n\r\n", "“PROBEACKS”" },
    { "shorter", "PROB\r\n\r\n", "“PROB”" },
    { "empty-line", "\r\nPROBE\r\n\r\n", "“”" },
    { "only-newline-ends", "PROBE\n\n", "first line" },
    { "control-character", "PRO\033[2JBE\r\n\r\n", "first line" },
    { "http", "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "“GET / HTTP/1.1”" },
    { "long", "GET /abcdefghijklmnopqrstuvwxyz HTTP/1.1\r\n\r\n", "first line" },
    { "letters", "Grüße\r\n\r\n", "“Grüße”" },
    { "cut-letter", "1234567890123456789ü\r\n\r\n", "first line" },
    { "header-in-it", "BRIDGE clientID: alice\r\n\r\n", "first line" },
  };
  static const char *const servers_alone[] = {
    "REGISTER", "REGACK", "REGNACK", "BRIDGE", "BRIDGEACK", "QUITACK", "ERROR", "HELLO", "ACK",
  };

  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    for (HcDialect dialect = RENDEZVOUS; dialect <= PEER; dialect++)
      add (unknown[i].wire, strlen (unknown[i].wire), dialect,
           HC_PROTOCOL_ERROR_UNKNOWN_TYPE, unknown[i].phrase,
           "unknown-type/%s/%s", dialect == PEER ? "peer" : "rendezvous", unknown[i].name);

  for (guint i = 0; i < G_N_ELEMENTS (servers_alone); i++)
    {
      g_autofree char *wire = g_strconcat (servers_alone[i], "\r\nclientID: alice\r\n\r\n", NULL);

      add (wire, strlen (wire), PEER, HC_PROTOCOL_ERROR_UNKNOWN_TYPE, servers_alone[i],
           "unknown-type/between-peers/%s", servers_alone[i]);
    }
}

/* Bytes that are no UTF-8, in every place where bytes can be. */

static const struct { const char *name, *head, *tail; HcDialect dialect; } places[] = {
  { "type", "PRO", "BE\r\n\r\n", RENDEZVOUS },
  { "name", "BRIDGE\r\ncli", "entID: alice\r\n\r\n", RENDEZVOUS },
  { "unknown-name", "BRIDGE\r\nclientID: alice\r\nX", "Y: z\r\n\r\n", RENDEZVOUS },
  { "value-start", "BRIDGE\r\nclientID: ", "alice\r\n\r\n", RENDEZVOUS },
  { "value-middle", "BRIDGE\r\nclientID: ali", "ce\r\n\r\n", RENDEZVOUS },
  { "value-end", "BRIDGE\r\nclientID: alice", "\r\n\r\n", RENDEZVOUS },
  { "unknown-value", "BRIDGE\r\nclientID: alice\r\nKey: a", "b\r\n\r\n", RENDEZVOUS },
  { "unknown-value-before", "BRIDGE\r\nKey: a", "b\r\nclientID: alice\r\n\r\n", RENDEZVOUS },
  { "packet-end", "CHAT\r\nclientID1: alice\r\nclientID2: bob", "", RENDEZVOUS },
  { "behind-blank-line", "PROBE\r\n\r\n", "", RENDEZVOUS },
  { "peer-value", "CHAT\r\nclientID: ali", "ce\r\nHi\n\r\n\r\n", PEER },
  { "text", "CHAT\r\nclientID: alice\r\nHi ", "bob\n\r\n\r\n", PEER },
  { "text-end", "CHAT\r\nclientID: alice\r\nHi bob", "", PEER },
};

static void
add_in_place (guint       place,
              const char *bytes,
              gsize       length,
              int         code,
              const char *phrase,
              const char *folder,
              const char *name)
{
  GString *wire = g_string_new (places[place].head);

  g_string_append_len (wire, bytes, length);
  g_string_append (wire, places[place].tail);
  add (wire->str, wire->len, places[place].dialect, code, phrase,
       "%s/%s/%s", folder, places[place].name, name);
  g_string_free (wire, TRUE);
}

static void
add_invalid_utf8 (guint place)
{
  static const struct { const char *name, *bytes; } sequences[] = {
    { "lone-continuation", "\x80" },
    { "latin-1", "\xe9" },
    { "overlong-slash", "\xc0\xaf" },
    { "overlong-nul", "\xc0\x80" },
    { "overlong-three", "\xe0\x80\xaf" },
    { "surrogate", "\xed\xa0\x80" },
    { "surrogate-pair", "\xed\xa0\xbd\xed\xb8\x80" },
    { "beyond-unicode", "\xf4\x90\x80\x80" },
    { "five-bytes", "\xf8\x88\x80\x80\x80" },
    { "cut-two", "\xc3" },
    { "cut-three", "\xe2\x82" },
    { "cut-four", "\xf0\x9f\x99" },
    { "fe", "\xfe" },
    { "ff", "\xff" },
  };
  g_autofree char *phrase = g_strdup_printf ("Byte %u is not UTF-8",
                                             (guint) strlen (places[place].head));

  for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
    add_in_place (place, sequences[i].bytes, strlen (sequences[i].bytes),
                  HC_PROTOCOL_ERROR_INVALID_UTF8, phrase, "invalid-utf8", sequences[i].name);
}

static void
add_nul (guint place)
{
  g_autofree char *phrase = g_strdup_printf ("Byte %u is NUL", (guint) strlen (places[place].head));

  add_in_place (place, "", 1, HC_PROTOCOL_ERROR_CONTROL_CHARACTER, phrase, "nul", "one");
  add_in_place (place, "\0\0\0", 3, HC_PROTOCOL_ERROR_CONTROL_CHARACTER, phrase, "nul", "three");
}

static void
add_control_characters (guint place)
{
  static const struct { const char *name, *bytes; } characters[] = {
    { "cr", "\r" }, { "lf", "\n" }, { "tab", "\t" }, { "bell", "\a" }, { "escape", "\033" },
    { "start-of-heading", "\001" }, { "unit-separator", "\037" }, { "delete", "\177" },
    { "c1-first", "\xc2\x80" }, { "next-line", "\xc2\x85" }, { "csi", "\xc2\x9b" },
    { "c1-last", "\xc2\x9f" },
  };
  static const struct { const char *name, *bytes; gboolean is_disguise; } allowed[] = {
    { "no-break-space", "\xc2\xa0", TRUE }, { "line-separator", "\xe2\x80\xa8", TRUE },
    { "zero-width-joiner", "\xe2\x80\x8d", TRUE }, { "e-acute", "\xc3\xa9", FALSE },
  };
  gboolean in_id = !g_str_has_prefix (places[place].name, "unknown");
  gboolean in_header = strstr (places[place].name, "value") != NULL ||
                       strcmp (places[place].name, "unknown-name") == 0;

  if (!in_header)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (characters); i++)
    add_in_place (place, characters[i].bytes, strlen (characters[i].bytes),
                  HC_PROTOCOL_ERROR_CONTROL_CHARACTER, "control character in line ",
                  "control-character", characters[i].name);
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    add_in_place (place, allowed[i].bytes, strlen (allowed[i].bytes),
                  in_id && allowed[i].is_disguise ? HC_PROTOCOL_ERROR_INVALID_ID : -1,
                  in_id && allowed[i].is_disguise ? "clientID has " : NULL,
                  "no-control-character", allowed[i].name);
}

/* Lines that are no headers. */

static void
add_malformed (void)
{
  static const struct { const char *name, *wire, *phrase; } lines[] = {
    { "no-colon", "BRIDGE\r\nclientID alice\r\n\r\n", "Line 2 " },
    { "no-colon-third", "REGISTER\r\nclientID: alice\r\nIP 192.0.2.7\r\nPort: 1\r\n\r\n", "Line 3 " },
    { "no-colon-last", "CHAT\r\nclientID1: alice\r\nclientID2", "Line 3 " },
    { "no-name", "BRIDGE\r\n: alice\r\nclientID: alice\r\n\r\n", "Line 2 " },
    { "blank-name", "BRIDGE\r\nclientID: alice\r\n : alice\r\n\r\n", "Line 3 " },
    { "only-blank", "BRIDGE\r\nclientID: alice\r\n \r\n\r\n", "Line 3 " },
    { "only-colon", "PROBE\r\n:\r\n\r\n", "Line 2 " },
    { "folded", "BRIDGE\r\nclientID: alice\r\n wonder\r\n\r\n", "Line 3 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    add (lines[i].wire, strlen (lines[i].wire), RENDEZVOUS, HC_PROTOCOL_ERROR_MALFORMED_HEADER,
         lines[i].phrase, "malformed-header/%s", lines[i].name);

#define PEER_LINE "CHAT\r\nHi bob\n\r\n\r\n"
  add (PEER_LINE, strlen (PEER_LINE), PEER, HC_PROTOCOL_ERROR_CONTROL_CHARACTER, "line 2",
       "malformed-header/peer-text-alone");
#define PEER_WORD "CHAT\r\nHi bob\r\n\r\n"
  add (PEER_WORD, strlen (PEER_WORD), PEER, HC_PROTOCOL_ERROR_MALFORMED_HEADER, "Line 2 ",
       "malformed-header/peer-word");
}

/* Values. */

static void
add_id (const char *name,
        const char *id,
        int         code)
{
  static const struct { const char *name, *header, *format; HcDialect dialect; } forms[] = {
    { "register", "clientID", "REGISTER\r\nclientID: %s\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n", RENDEZVOUS },
    { "regack", "clientID", "REGACK\r\nclientID: %s\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n", RENDEZVOUS },
    { "bridge", "clientID", "BRIDGE\r\nclientID: %s\r\n\r\n", RENDEZVOUS },
    { "bridgeack", "clientID", "BRIDGEACK\r\nclientID: %s\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n", RENDEZVOUS },
    { "quit", "clientID", "QUIT\r\nclientID: %s\r\n\r\n", RENDEZVOUS },
    { "quitack", "clientID", "QUITACK\r\nclientID: %s\r\n\r\n", RENDEZVOUS },
    { "chat-caller", "clientID1", "CHAT\r\nclientID1: %s\r\nclientID2: bob", RENDEZVOUS },
    { "chat-callee", "clientID2", "CHAT\r\nclientID1: alice\r\nclientID2: %s", RENDEZVOUS },
    { "hello", "clientID", "CHAT\r\nclientID: %s\r\n\r\n", PEER },
    { "message", "clientID", "CHAT\r\nclientID: %s\r\nHi\n\r\n\r\n", PEER },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_auto (GStrv) around = g_strsplit (forms[i].format, "%s", 2);
      g_autofree char *wire = g_strconcat (around[0], id, around[1], NULL);
      g_autofree char *phrase = g_strconcat (forms[i].header, " has ", NULL);

      add (wire, strlen (wire), forms[i].dialect, code, phrase, "id/%s/%s", name, forms[i].name);
    }
}

static void
add_ids (void)
{
  g_autofree char *longest = g_strnfill (64, 'i');
  g_autofree char *too_long = g_strnfill (65, 'i');
  g_autofree char *far_too_long = g_strnfill (900, 'i');
  GString *wide = g_string_new (NULL);

  for (guint i = 0; i < 16; i++)
    g_string_append (wide, "\xf0\x9f\x99\x82");
  add_id ("1-byte", "a", -1);
  add_id ("64-bytes", longest, -1);
  add_id ("64-bytes-of-16-letters", wide->str, -1);
  add_id ("blanks-inside", "alice in  wonderland", -1);
  add_id ("colons-inside", ":alice::b: c:", -1);
  add_id ("empty", "", HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("only-blanks", "    ", HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("right-to-left", "\u202eecila", HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("zero-width", "ali\u200bce", HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("two-scripts", "\u0430lice", HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("in-pieces", "zoe\u0308", HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("65-bytes", too_long, HC_PROTOCOL_ERROR_INVALID_ID);
  add_id ("900-bytes", far_too_long, HC_PROTOCOL_ERROR_INVALID_ID);
  g_string_append_c (wide, 'x');
  add_id ("65-bytes-of-17-letters", wide->str, HC_PROTOCOL_ERROR_INVALID_ID);
  g_string_free (wide, TRUE);
}

static const char *const endpoint_types[] = { "REGISTER", "REGACK", "BRIDGEACK" };

static void
add_ports (void)
{
  static const struct { const char *name, *port; gboolean valid; } ports[] = {
    { "1", "1", TRUE }, { "65535", "65535", TRUE }, { "6000", "6000", TRUE },
    { "blank-before", "  5", TRUE }, { "blank-behind", "5  ", TRUE },
    { "leading-zeros", "00080", TRUE },
    { "0", "0", FALSE }, { "000", "000", FALSE }, { "65536", "65536", FALSE },
    { "4294967297", "4294967297", FALSE }, { "18446744073709551617", "18446744073709551617", FALSE },
    { "negative", "-1", FALSE }, { "plus", "+5", FALSE }, { "hexadecimal", "0x10", FALSE },
    { "letter-behind", "5a", FALSE }, { "letter-before", "a5", FALSE }, { "blank-inside", "5 5", FALSE },
    { "fraction", "5.0", FALSE }, { "exponent", "1e3", FALSE }, { "separator", "6,000", FALSE },
    { "arabic-digits", "\xd9\xa5", FALSE }, { "full-width-digit", "\xef\xbc\x95", FALSE },
    { "empty", "", FALSE }, { "word", "http", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    for (guint j = 0; j < G_N_ELEMENTS (endpoint_types); j++)
      {
        g_autofree char *wire = g_strdup_printf ("%s\r\nclientID: alice\r\nIP: 192.0.2.7\r\nPort: %s\r\n\r\n",
                                                 endpoint_types[j], ports[i].port);

        add (wire, strlen (wire), RENDEZVOUS, ports[i].valid ? -1 : HC_PROTOCOL_ERROR_INVALID_PORT,
             "Port is no number from 1 to 65535", "port/%s/%s", ports[i].name, endpoint_types[j]);
      }
}

static void
add_addresses (void)
{
  static const struct { const char *address; gboolean valid; } addresses[] = {
    { "192.0.2.7", TRUE }, { "0.0.0.0", TRUE }, { "255.255.255.255", TRUE }, { "::", TRUE },
    { "::1", TRUE }, { "2001:db8::7", TRUE }, { "2001:DB8:0:0:0:0:0:7", TRUE },
    { "::ffff:192.0.2.7", TRUE }, { "fe80::1", TRUE },
    { "localhost", FALSE }, { "example.org", FALSE }, { "alice", FALSE }, { "", FALSE },
    { "fe80::1%eth0", FALSE }, { "[::1]", FALSE }, { "::1/64", FALSE }, { ":::", FALSE },
    { "1:2:3:4:5:6:7", FALSE }, { "1:2:3:4:5:6:7:8:9", FALSE }, { "::12345", FALSE },
    { "127.1", FALSE }, { "127", FALSE }, { "2130706433", FALSE }, { "0x7f000001", FALSE },
    { "0x7f.0.0.1", FALSE }, { "0177.0.0.1", FALSE }, { "192.0.2", FALSE }, { "192.0.2.256", FALSE },
    { "192.0.2.7.1", FALSE }, { "192.0.2.-7", FALSE }, { "192.0.2.7:6000", FALSE },
    { "192.0. 2.7", FALSE }, { "192.0.2.", FALSE }, { ".192.0.2.7", FALSE },
    { "\xd9\xa1.\xd9\xa2.\xd9\xa3.\xd9\xa4", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    for (guint j = 0; j < G_N_ELEMENTS (endpoint_types); j++)
      {
        g_autofree char *wire = g_strdup_printf ("%s\r\nclientID: alice\r\nIP: %s\r\nPort: 1\r\n\r\n",
                                                 endpoint_types[j], addresses[i].address);
        g_autofree char *name = g_strdup (addresses[i].address);

        g_strdelimit (name, "/", '|');
        add (wire, strlen (wire), RENDEZVOUS,
             addresses[i].valid ? -1 : HC_PROTOCOL_ERROR_INVALID_ADDRESS,
             "IP is no literal IPv4 or IPv6 address", "address/“%s”/%s", name, endpoint_types[j]);
      }
}

/* Empty is all or nothing. */
static void
add_half_empty (void)
{
  static const struct { const char *id, *address, *port; int code; } mixtures[] = {
    { "", "192.0.2.7", "6000", HC_PROTOCOL_ERROR_INVALID_ID },
    { "", "192.0.2.7", "", HC_PROTOCOL_ERROR_INVALID_ID },
    { "", "", "6000", HC_PROTOCOL_ERROR_INVALID_ID },
    { "bob", "", "6000", HC_PROTOCOL_ERROR_INVALID_ADDRESS },
    { "bob", "", "", HC_PROTOCOL_ERROR_INVALID_ADDRESS },
    { "bob", "192.0.2.7", "", HC_PROTOCOL_ERROR_INVALID_PORT },
    { "", "", "", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (mixtures); i++)
    for (guint j = 0; j < G_N_ELEMENTS (endpoint_types); j++)
      {
        gboolean is_answer = j == G_N_ELEMENTS (endpoint_types) - 1;
        g_autofree char *wire = g_strdup_printf ("%s\r\nclientID: %s\r\nIP: %s\r\nPort: %s\r\n\r\n",
                                                 endpoint_types[j], mixtures[i].id,
                                                 mixtures[i].address, mixtures[i].port);

        add (wire, strlen (wire), RENDEZVOUS,
             mixtures[i].code < 0 && !is_answer ? HC_PROTOCOL_ERROR_INVALID_ID : mixtures[i].code, "",
             "half-empty/%u/%s", i, endpoint_types[j]);
      }
}

/* Sizes. */

static void
add_size (const char *name,
          const char *head,
          const char *tail,
          HcDialect   dialect,
          gsize       length)
{
  g_autofree char *filling = g_strnfill (length - strlen (head) - strlen (tail), 'x');
  g_autofree char *wire = g_strconcat (head, filling, tail, NULL);

  g_assert_cmpuint (strlen (wire), ==, length);
  add (wire, length, dialect, length > 1024 ? HC_PROTOCOL_ERROR_TOO_LONG : -1,
       "longer than 1024 bytes", "length/%s/%u", name, (guint) length);
}

static void
add_sizes (void)
{
  static const gsize lengths[] = { 1023, 1024, 1025, 1026, 4096, 70000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      add_size ("unknown-header", "PROBE\r\nPad: ", "\r\n\r\n", RENDEZVOUS, lengths[i]);
      add_size ("without-end", "BRIDGE\r\nclientID: alice\r\nPad: ", "", RENDEZVOUS, lengths[i]);
      add_size ("behind-blank-line", "PROBE\r\n\r\n", "", RENDEZVOUS, lengths[i]);
      add_size ("message", "CHAT\r\nclientID: alice\r\n", "\n\r\n\r\n", PEER, lengths[i]);
    }
  for (HcDialect dialect = RENDEZVOUS; dialect <= PEER; dialect++)
    add ("", 0, dialect, HC_PROTOCOL_ERROR_EMPTY, "nothing", "empty/%d", dialect);
}

/* The first fault of several is told, and the length before all. */
static void
test_too_long_before_all (void)
{
  char junk[1025];

  memset (junk, 0xff, sizeof junk);
  check (junk, sizeof junk, RENDEZVOUS, HC_PROTOCOL_ERROR_TOO_LONG, "1024");
  check (junk, sizeof junk - 1, RENDEZVOUS, HC_PROTOCOL_ERROR_INVALID_UTF8, "Byte 0 ");
}

static void
test_null (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hc_packet_parse (NULL, 0, RENDEZVOUS, &error));
  g_assert_error (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_EMPTY);
  g_assert_null (hc_packet_parse ("NOISE", 5, RENDEZVOUS, NULL));
}

static void
test_codes (void)
{
  static const char *const codes[] = {
    "empty", "too-long", "invalid-utf8", "control-character", "unknown-type", "malformed-header",
    "missing-header", "repeated-header", "invalid-id", "invalid-address", "invalid-port",
  };

  g_assert_cmpint (G_N_ELEMENTS (codes), ==, HC_PROTOCOL_ERROR_INVALID_PORT + 1);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_cmpstr (hc_protocol_error_to_code (i), ==, codes[i]);
}

/* A server answers a broken REGISTER by its type. */
static void
test_peek_type (void)
{
  static const struct { const char *wire; int type; } broken[] = {
    { "REGISTER\r\n\r\n", HC_PACKET_REGISTER },
    { "REGISTER", HC_PACKET_REGISTER },
    { "REGISTER\r\nclientID: \xff\r\n\r\n", HC_PACKET_REGISTER },
    { "REGISTER\r\nnoise", HC_PACKET_REGISTER },
    { "BRIDGE\r\nclientID alice", HC_PACKET_BRIDGE },
    { "BRIDGE\r\n\001\002", HC_PACKET_BRIDGE },
    { "CHAT\r\nclientID1: alice\r\n\r\n", HC_PACKET_CHAT },
    { "QUIT\r\nclientID: \r\n\r\n", HC_PACKET_QUIT },
    { "ERROR\r\n", HC_PACKET_ERROR },
    { "", -1 }, { "\r\n", -1 }, { "\r\nPROBE\r\n\r\n", -1 }, { "PROBE\n\n", -1 }, { "PROBE\r", -1 },
    { "probe\r\n\r\n", -1 }, { "REGISTERX\r\n\r\n", -1 }, { "REGISTE\r\n\r\n", -1 },
    { "\xff\xff", -1 }, { "REGISTER \r\n", -1 },
  };
  g_autofree char *oversized = g_strnfill (5000, 'x');
  HcPacketType type;

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      gsize length = strlen (broken[i].wire);
      g_autofree char *bytes = g_memdup2 (broken[i].wire, length);

      g_assert_true (hc_packet_peek_type (bytes, length, &type) == (broken[i].type >= 0));
      if (broken[i].type >= 0)
        g_assert_cmpint (type, ==, broken[i].type);
    }

  g_assert_false (hc_packet_peek_type (oversized, 5000, &type));
  memcpy (oversized, "REGISTER\r\n", 10);
  g_assert_true (hc_packet_peek_type (oversized, 5000, &type));
  g_assert_cmpint (type, ==, HC_PACKET_REGISTER);
  g_assert_true (hc_packet_peek_type ("QUIT\r\n\0\0", 8, &type));
  g_assert_false (hc_packet_peek_type ("QUIT\0\r\n", 7, &type));
  g_assert_false (hc_packet_peek_type (NULL, 0, &type));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    add_missing_and_repeated (&shapes[i]);
  add_other_missing_and_repeated ();
  add_types ();
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      add_invalid_utf8 (i);
      add_nul (i);
      add_control_characters (i);
    }
  add_malformed ();
  add_ids ();
  add_ports ();
  add_addresses ();
  add_half_empty ();
  add_sizes ();

  g_test_add_func ("/packet/parse/too-long-before-all", test_too_long_before_all);
  g_test_add_func ("/packet/parse/null", test_null);
  g_test_add_func ("/packet/error-codes", test_codes);
  g_test_add_func ("/packet/peek-type", test_peek_type);

  return g_test_run ();
}
