/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-text.h"
#include "hc-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* From here on the length of a message is worth a word. */
#define NEARLY_FULL 100

/**
 * hc_isolate:
 * @text: (nullable): text that somebody else chose
 *
 * Puts a text between U+2068 and U+2069, so that its direction doesn't disturb
 * the sentence it is put in. Source: Unicode Standard Annex 9, section 6.3.
 *
 * Returns: (transfer full): the isolated text
 */
char *
hc_isolate (const char *text)
{
  return g_strconcat ("\u2068", text != NULL ? text : "", "\u2069", NULL);
}

static HcProblem
wrong (const char **advice,
       const char  *words)
{
  if (advice != NULL)
    *advice = words;
  return HC_PROBLEM_WRONG;
}

/**
 * hc_check_id:
 * @id: (nullable): what was typed
 * @advice: (out) (optional) (transfer none): what would be right, if it is wrong
 *
 * Checks an ID as hc_client_id_validate() does, with words for a person.
 *
 * Returns: what is to be said of it
 */
HcProblem
hc_check_id (const char  *id,
             const char **advice)
{
  g_autoptr (GError) error = NULL;

  if (id == NULL || id[0] == '\0')
    return HC_PROBLEM_EMPTY;
  if (strlen (id) > HC_CLIENT_ID_MAX_LENGTH)
    return wrong (advice, _("This ID is too long. Choose a shorter one."));
  if (g_ascii_isspace (id[0]) || g_ascii_isspace (id[strlen (id) - 1]))
    return wrong (advice, _("An ID can’t begin or end with a space."));
  if (!hc_client_id_validate (id, &error))
    return wrong (advice, _("An ID is letters, digits and signs, without line breaks."));
  return HC_PROBLEM_NONE;
}

/**
 * hc_check_server:
 * @server: (nullable): what was typed
 * @advice: (out) (optional) (transfer none): what would be right, if it is wrong
 *
 * Checks that a server is a name or an address, with or without a port.
 *
 * Returns: what is to be said of it
 */
HcProblem
hc_check_server (const char  *server,
                 const char **advice)
{
  g_autoptr (GSocketConnectable) address = NULL;

  if (server == NULL || server[0] == '\0')
    return HC_PROBLEM_EMPTY;
  if (strpbrk (server, " \t\r\n/") == NULL)
    address = g_network_address_parse (server, HC_DEFAULT_PORT, NULL);
  if (address == NULL || g_network_address_get_port (G_NETWORK_ADDRESS (address)) == 0 ||
      g_network_address_get_hostname (G_NETWORK_ADDRESS (address))[0] == '\0')
    return wrong (advice, _("A server is a name and a port, as in chat.example.org:5000."));
  return HC_PROBLEM_NONE;
}

/**
 * hc_check_port:
 * @port: (nullable): what was typed
 * @advice: (out) (optional) (transfer none): what would be right, if it is wrong
 *
 * Checks one's own port. Empty is fine: it is chosen automatically then.
 *
 * Returns: what is to be said of it
 */
HcProblem
hc_check_port (const char  *port,
               const char **advice)
{
  if (port == NULL || port[0] == '\0')
    return HC_PROBLEM_EMPTY;
  if (hc_text_parse_port (port) == 0)
    return wrong (advice, _("A port is a number from 1 to 65535, or empty to let the "
                            "computer choose."));
  return HC_PROBLEM_NONE;
}

/**
 * hc_count_excess:
 * @text: UTF-8
 * @capacity: how many bytes fit
 *
 * Counts the characters, not bytes, that must go from the end until a text fits.
 *
 * Returns: how many, or 0 if it fits
 */
guint
hc_count_excess (const char *text,
                 gsize       capacity)
{
  g_autofree char *plain = hc_message_normalise (text);
  const char *end = plain + strlen (plain);
  guint excess = 0;

  while ((gsize) (end - plain) > capacity)
    {
      end = g_utf8_find_prev_char (plain, end);
      excess++;
    }
  return excess;
}

/**
 * hc_describe_room:
 * @text: UTF-8, what is being written
 * @capacity: how many bytes of it fit in a packet
 *
 * Says how much room a message has, once that matters.
 *
 * Returns: (transfer full): the words, empty while there is plenty
 */
char *
hc_describe_room (const char *text,
                  gsize       capacity)
{
  g_autofree char *plain = hc_message_normalise (text);
  guint excess = hc_count_excess (text, capacity);
  gsize room = excess > 0 ? 0 : capacity - strlen (plain);

  if (excess > 0)
    return g_strdup_printf (ngettext ("Too long: remove %u character, or send it in parts",
                                      "Too long: remove %u characters, or send it in parts",
                                      excess),
                            excess);
  if (room >= NEARLY_FULL)
    return g_strdup ("");
  return g_strdup_printf (ngettext ("Room for %u more letter",
                                    "Room for %u more letters",
                                    room),
                          (guint) room);
}
