/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "v2-client.h"

#include <string.h>

V2Client *
v2_client_new (const char *id,
               const char *source,
               guint16     port)
{
  V2Client *self = g_new0 (V2Client, 1);

  self->id = id;
  self->source = source;
  self->port = port;
  self->identity = identity_new ();
  self->extra = "";
  return self;
}

void
v2_client_free (V2Client *self)
{
  identity_free (self->identity);
  g_free (self->cookie);
  g_free (self->token);
  g_free (self);
}

/* With just enough for the reply. */
char *
v2_client_probe (V2Client *self)
{
  return g_strdup ("PROBE\r\nVersion: 2\r\nPad: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n");
}

char *
v2_client_register (V2Client *self)
{
  g_autofree char *proof = identity_prove (self->identity, self->cookie, self->id, self->source,
                                           self->port);

  return g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: %s\r\nPort: %u\r\nVersion: 2\r\n"
                          "Cookie: %s\r\nKey: %s\r\nProof: %s\r\n%s\r\n",
                          self->id, self->source, self->port, self->cookie, self->identity->key,
                          proof, self->extra);
}

static char *
finish (V2Client   *self,
        const char *v1,
        const char *extra)
{
  return g_strdup_printf ("%sVersion: 2\r\n%s%s%s%s%s%s%s\r\n", v1,
                          self->cookie != NULL ? "Cookie: " : "",
                          self->cookie != NULL ? self->cookie : "",
                          self->cookie != NULL ? "\r\n" : "",
                          self->token != NULL ? "Token: " : "",
                          self->token != NULL ? self->token : "",
                          self->token != NULL ? "\r\n" : "", extra);
}

/* A BRIDGE or QUIT. */
char *
v2_client_ask (V2Client   *self,
               const char *type,
               const char *extra)
{
  g_autofree char *v1 = g_strdup_printf ("%s\r\nclientID: %s\r\n", type, self->id);

  return finish (self, v1, extra);
}

char *
v2_client_chat (V2Client   *self,
                const char *caller_id,
                const char *callee_id)
{
  g_autofree char *v1 = g_strdup_printf ("CHAT\r\nclientID1: %s\r\nclientID2: %s\r\n",
                                         caller_id, callee_id);

  return finish (self, v1, "");
}

/* Takes the cookie and the token out of a reply, if they are there. */
void
v2_client_take (V2Client   *self,
                const char *reply)
{
  char *cookie = v2_get (reply, HC_HEADER_COOKIE);
  char *token = v2_get (reply, HC_HEADER_TOKEN);

  if (cookie != NULL)
    {
      g_free (self->cookie);
      self->cookie = cookie;
    }
  if (token != NULL)
    {
      g_free (self->token);
      self->token = token;
    }
}

/* The value of a header, or NULL. What is no packet is a failure. */
char *
v2_get (const char *packet,
        HcHeader    header)
{
  g_autoptr (HcPacket) parsed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (packet);
  parsed = hc_packet_parse (packet, strlen (packet), HC_DIALECT_RENDEZVOUS, &error);
  g_assert_no_error (error);
  return g_strdup (hc_packet_get_header (parsed, header));
}
