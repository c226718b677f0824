/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-closures.h"
#include "hc-words.h"

#include <glib/gi18n.h>
#include <string.h>

char *
hc_closure_page (gpointer       object,
                 HcSessionState state)
{
  return g_strdup (state >= HC_SESSION_CHATTING ? "conversation" : "connect");
}

char *
hc_closure_title (gpointer       object,
                  HcSessionState state,
                  const char    *peer_id)
{
  if (state < HC_SESSION_CHATTING || peer_id == NULL)
    return g_strdup (_("Hybrid Chat"));
  return g_strdup (peer_id);
}

char *
hc_closure_header (gpointer object,
                   gboolean selecting)
{
  return g_strdup (selecting ? "selecting" : "reading");
}

char *
hc_closure_placeholder (gpointer    object,
                        const char *peer_id,
                        gboolean    my_turn)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (peer_id == NULL)
    return g_strdup ("");
  if (my_turn)
    /* Translators: in an empty message entry; %s is the other person's ID. */
    return g_strdup_printf (_("Message %s"), peer);
  /* Translators: in an empty message entry; %s is the other person's ID. */
  return g_strdup_printf (_("It’s %s’s turn"), peer);
}

char *
hc_closure_hello (gpointer    object,
                  const char *peer_id,
                  gboolean    my_turn)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (peer_id == NULL)
    return g_strdup ("");
  if (my_turn)
    /* Translators: in an empty conversation; %s is the other person's ID. */
    return g_strdup_printf (_("You are connected. Say hello to %s."), peer);
  /* Translators: in an empty conversation; %s is the other person's ID. */
  return g_strdup_printf (_("You are connected. %s speaks first."), peer);
}

gboolean
hc_closure_is_chatting (gpointer       object,
                        HcSessionState state)
{
  return state == HC_SESSION_CHATTING;
}

gboolean
hc_closure_is_offline (gpointer       object,
                       HcSessionState state)
{
  return state == HC_SESSION_OFFLINE || state == HC_SESSION_READY;
}

gboolean
hc_closure_has_text (gpointer    object,
                     const char *text)
{
  return text != NULL && text[0] != '\0';
}

gboolean
hc_closure_not (gpointer object,
                gboolean value)
{
  return !value;
}

char *
hc_closure_selected (gpointer object,
                     guint    n_selected)
{
  if (n_selected == 0)
    return g_strdup (_("Select Messages"));
  return g_strdup_printf (ngettext ("%u Selected", "%u Selected", n_selected), n_selected);
}

char *
hc_closure_number (gpointer object,
                   guint    number)
{
  return g_strdup_printf ("%u", number);
}

char *
hc_closure_hosting (gpointer    object,
                    const char *address,
                    HcTransport transport)
{
  if (address == NULL)
    return NULL;
  /* Translators: the first %s is an address as in 192.0.2.7:5000, the second is TCP or UDP. */
  return g_strdup_printf (_("%s over %s"), address, hc_transport_to_string (transport));
}

char *
hc_closure_record_time (gpointer        object,
                        HcPacketRecord *record)
{
  GDateTime *time = record != NULL ? hc_packet_record_get_time (record) : NULL;
  g_autofree char *clock = NULL;

  if (time == NULL)
    return NULL;
  clock = g_date_time_format (time, "%H:%M:%S");
  return g_strdup_printf ("%s.%03d", clock, g_date_time_get_microsecond (time) / 1000);
}

char *
hc_closure_record_way (gpointer        object,
                       HcPacketRecord *record)
{
  if (record == NULL)
    return NULL;
  /* Translators: which way a packet went. */
  return g_strdup (hc_packet_record_is_outgoing (record) ? C_("packet", "Sent")
                                                         : C_("packet", "Received"));
}

char *
hc_closure_record_arrow (gpointer        object,
                         HcPacketRecord *record)
{
  if (record == NULL)
    return NULL;
  return g_strdup (hc_packet_record_is_outgoing (record) ? "hc-sent-symbolic"
                                                         : "hc-received-symbolic");
}

char *
hc_closure_record_over (gpointer        object,
                        HcPacketRecord *record)
{
  if (record == NULL)
    return NULL;
  return g_strdup (hc_transport_to_string (hc_packet_record_get_transport (record)));
}

char *
hc_closure_record_remote (gpointer        object,
                          HcPacketRecord *record)
{
  return record != NULL ? g_strdup (hc_packet_record_get_remote (record)) : NULL;
}

char *
hc_closure_record_type (gpointer        object,
                        HcPacketRecord *record)
{
  const char *name = record != NULL ? hc_packet_record_get_type_name (record) : NULL;

  if (record == NULL)
    return NULL;
  /* Translators: the type of a packet that could not be read. */
  return g_strdup (name != NULL && name[0] != '\0' ? name : C_("packet", "Faulty"));
}

/* Who has one of these can pass for its owner, and a log is shown and passed on. */
static gboolean
is_secret (const char *line)
{
  static const char *const secrets[] = { "Cookie:", "Nonce:", "Proof:", "Ticket:", "Token:" };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    if (g_ascii_strncasecmp (line, secrets[i], strlen (secrets[i])) == 0)
      return TRUE;
  return FALSE;
}

/* A hello has some of its headers in its body, so every line is looked at. */
static char *
mask_secrets (const char *headers)
{
  g_auto (GStrv) lines = g_strsplit (headers, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (is_secret (lines[i]))
      {
        char *name = g_strndup (lines[i], strcspn (lines[i], ":"));

        g_free (lines[i]);
        lines[i] = g_strconcat (name, ": ••••", NULL);
        g_free (name);
      }
  return g_strjoinv ("\n", lines);
}

char *
hc_closure_record_words (gpointer        object,
                         HcPacketRecord *record)
{
  const char *fault = record != NULL ? hc_packet_record_get_fault (record) : NULL;
  const char *headers = record != NULL ? hc_packet_record_get_headers (record) : NULL;

  if (fault != NULL)
    return g_strdup (fault);
  return headers != NULL ? mask_secrets (headers) : NULL;
}

char *
hc_closure_record_size (gpointer        object,
                        HcPacketRecord *record)
{
  if (record == NULL)
    return NULL;
  return g_strdup_printf ("%" G_GSIZE_FORMAT, hc_packet_record_get_length (record));
}

/**
 * hc_packet_record_to_line:
 * @record: a packet's record
 *
 * Writes a record as a line of text with tabs between its columns.
 *
 * Returns: (transfer full): the line, without a newline
 */
char *
hc_packet_record_to_line (HcPacketRecord *record)
{
  g_autofree char *time = hc_closure_record_time (NULL, record);
  g_autofree char *way = hc_closure_record_way (NULL, record);
  g_autofree char *over = hc_closure_record_over (NULL, record);
  g_autofree char *remote = hc_closure_record_remote (NULL, record);
  g_autofree char *type = hc_closure_record_type (NULL, record);
  g_autofree char *words = hc_closure_record_words (NULL, record);
  g_autofree char *size = hc_closure_record_size (NULL, record);

  return g_strdup_printf ("%s\t%s\t%s\t%s\t%s\t%s\t%s", time, way, over, remote, type, size,
                          words != NULL ? words : "");
}
