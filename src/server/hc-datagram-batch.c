/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "hc-datagram-batch.h"

#include <sys/socket.h>

struct _HcDatagramBatch
{
  guint n_datagrams;
  HcDatagram datagrams[HC_DATAGRAM_BATCH_SIZE];

  /* As the kernel wants them. */
  struct mmsghdr messages[HC_DATAGRAM_BATCH_SIZE];
  struct iovec bytes[HC_DATAGRAM_BATCH_SIZE];
  HcDatagramControl controls[HC_DATAGRAM_BATCH_SIZE];
};

/**
 * hc_datagram_batch_new:
 *
 * Creates a batch, which is empty.
 *
 * Returns: (transfer full): a batch, to be freed with hc_datagram_batch_free()
 */
HcDatagramBatch *
hc_datagram_batch_new (void)
{
  HcDatagramBatch *self = g_new0 (HcDatagramBatch, 1);

  for (guint i = 0; i < HC_DATAGRAM_BATCH_SIZE; i++)
    {
      struct msghdr *message = &self->messages[i].msg_hdr;

      self->bytes[i].iov_base = self->datagrams[i].data;
      message->msg_name = &self->datagrams[i].route.remote;
      message->msg_iov = &self->bytes[i];
      message->msg_iovlen = 1;
      message->msg_control = &self->controls[i];
    }
  return self;
}

/**
 * hc_datagram_batch_free:
 * @self: a batch
 *
 * Frees the batch.
 */
void
hc_datagram_batch_free (HcDatagramBatch *self)
{
  g_free (self);
}

/**
 * hc_datagram_batch_receive:
 * @self: a batch
 * @fd: a non-blocking UDP socket
 *
 * Receives the datagrams that are there, up to a full batch, instead of what
 * was in it.
 *
 * Returns: how many; 0 if there are none, or if there was an ICMP error, which
 *   only says that an earlier reply was lost
 */
guint
hc_datagram_batch_receive (HcDatagramBatch *self,
                           int              fd)
{
  int n;

  for (guint i = 0; i < HC_DATAGRAM_BATCH_SIZE; i++)
    {
      self->bytes[i].iov_len = sizeof self->datagrams[i].data;
      self->messages[i].msg_hdr.msg_namelen = sizeof self->datagrams[i].route.remote;
      self->messages[i].msg_hdr.msg_controllen = sizeof self->controls[i];
    }

  n = recvmmsg (fd, self->messages, HC_DATAGRAM_BATCH_SIZE, 0, NULL);
  self->n_datagrams = MAX (n, 0);
  for (guint i = 0; i < self->n_datagrams; i++)
    {
      self->datagrams[i].length = self->messages[i].msg_len;
      hc_datagram_route_read (&self->datagrams[i].route, &self->messages[i].msg_hdr);
    }
  return self->n_datagrams;
}

/**
 * hc_datagram_batch_get:
 * @self: a batch
 * @index: less than what hc_datagram_batch_receive() returned
 *
 * Gets one of the datagrams.
 *
 * Returns: (transfer none): the datagram
 */
HcDatagram *
hc_datagram_batch_get (HcDatagramBatch *self,
                       guint            index)
{
  g_return_val_if_fail (index < self->n_datagrams, NULL);

  return &self->datagrams[index];
}

/**
 * hc_datagram_batch_add:
 * @self: a batch
 *
 * Adds a datagram, which is to be filled in.
 *
 * Returns: (transfer none) (nullable): the datagram, or %NULL if the batch is
 *   full
 */
HcDatagram *
hc_datagram_batch_add (HcDatagramBatch *self)
{
  if (self->n_datagrams == HC_DATAGRAM_BATCH_SIZE)
    return NULL;
  return &self->datagrams[self->n_datagrams++];
}

/**
 * hc_datagram_batch_send:
 * @self: a batch
 * @fd: the UDP socket that the routes belong to
 *
 * Sends all datagrams and empties the batch. What can't be sent now is lost,
 * as datagrams may be: whoever asked will ask again.
 */
void
hc_datagram_batch_send (HcDatagramBatch *self,
                        int              fd)
{
  for (guint i = 0; i < self->n_datagrams; i++)
    {
      self->bytes[i].iov_len = self->datagrams[i].length;
      hc_datagram_route_write (&self->datagrams[i].route, &self->messages[i].msg_hdr);
    }

  for (guint n_sent = 0; n_sent < self->n_datagrams;)
    {
      int n = sendmmsg (fd, self->messages + n_sent, self->n_datagrams - n_sent, MSG_NOSIGNAL);

      /* An error is about the first one alone. */
      n_sent += MAX (n, 1);
    }
  self->n_datagrams = 0;
}
