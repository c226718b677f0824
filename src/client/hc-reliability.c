/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-reliability.h"
#include "hc-reliability-receiver.h"
#include "hc-reliability-sender.h"

/*
 *   | DATA 1            |
 *   |------------------>|
 *   | DATA 2            |
 *   |------------------>|
 *   |             ACK 2 |   at once for every second, or after 25 ms
 *   |<------------------|
 *   | DATA 3            |
 *   |----------------x  |
 *   | DATA 4, 5, 6      |
 *   |------------------>|
 *   | ACK 2 and 4, 5, 6 |   at once: something is missing
 *   |<------------------|
 *   | DATA 3            |   at once: three later ones have come
 *   |------------------>|
 *   |             ACK 6 |
 *   |<------------------|
 *
 * If nothing comes back, the frame is sent again after the timeout.
 */
struct _HcReliability
{
  HcReliabilitySender *sender;
  HcReliabilityReceiver *receiver;
};

/**
 * hc_reliability_new:
 *
 * Creates one side of a pipe. Both sides begin with it: the numbers of an
 * earlier pipe mean nothing to a new one.
 *
 * Returns: (transfer full): a pipe, to be freed with hc_reliability_free()
 */
HcReliability *
hc_reliability_new (void)
{
  HcReliability *self = g_new (HcReliability, 1);

  self->sender = hc_reliability_sender_new (1);
  self->receiver = hc_reliability_receiver_new ();
  return self;
}

/**
 * hc_reliability_free:
 * @self: a pipe
 *
 * Frees a pipe and what is in it.
 */
void
hc_reliability_free (HcReliability *self)
{
  hc_reliability_sender_free (self->sender);
  hc_reliability_receiver_free (self->receiver);
  g_free (self);
}

/**
 * hc_reliability_push:
 * @self: a pipe
 * @packet: 1 to %HC_PACKET_MAX_LENGTH bytes
 *
 * Puts a packet in at our end. hc_reliability_write() tells when it goes out.
 */
void
hc_reliability_push (HcReliability *self,
                     GBytes        *packet)
{
  g_return_if_fail (self != NULL && packet != NULL);

  hc_reliability_sender_push (self->sender, packet);
}

/**
 * hc_reliability_take:
 * @self: a pipe
 * @datagram: (array length=length): what has come
 * @length: how many bytes
 * @now: the time, in microseconds
 *
 * Takes a datagram from the other side. One that is no frame, or acknowledges
 * what was never sent, is ignored.
 *
 * Returns: %FALSE if it was ignored
 */
gboolean
hc_reliability_take (HcReliability *self,
                     const guint8  *datagram,
                     gsize          length,
                     gint64         now)
{
  HcFrame frame;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!hc_frame_parse (&frame, datagram, length) ||
      !hc_reliability_sender_acknowledge (self->sender, &frame.ack, now))
    return FALSE;

  if (frame.type == HC_FRAME_DATA)
    hc_reliability_receiver_take (self->receiver, &frame, now);
  return TRUE;
}

/**
 * hc_reliability_pop:
 * @self: a pipe
 *
 * Gets the next packet from the other side: all of them, in order, and each
 * once.
 *
 * Returns: (transfer full) (nullable): a packet, or %NULL if it hasn't come
 */
GBytes *
hc_reliability_pop (HcReliability *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return hc_reliability_receiver_pop (self->receiver);
}

static gsize
write_data (HcReliability *self,
            GBytes        *packet,
            guint32        number,
            guint8        *buffer)
{
  HcFrame frame = { .type = HC_FRAME_DATA, .number = number };

  frame.packet = g_bytes_get_data (packet, &frame.length);
  hc_reliability_receiver_acknowledge (self->receiver, &frame);
  return hc_frame_write (&frame, buffer);
}

/**
 * hc_reliability_write:
 * @self: a pipe
 * @now: the time, in microseconds
 * @buffer: (array fixed-size=1041): room for %HC_FRAME_MAX_LENGTH bytes
 * @is_first: (out): whether a packet goes out for the first time
 *
 * Writes a datagram that is to be sent now, and counts it as sent. Call it
 * until there is none.
 *
 * Returns: how many bytes it has, or 0 if there is none
 */
gsize
hc_reliability_write (HcReliability *self,
                      gint64         now,
                      guint8        *buffer,
                      gboolean      *is_first)
{
  guint32 number;
  GBytes *packet;

  g_return_val_if_fail (self != NULL && buffer != NULL && is_first != NULL, 0);

  *is_first = FALSE;
  packet = hc_reliability_sender_next (self->sender, now, &number, is_first);
  if (packet != NULL)
    return write_data (self, packet, number, buffer);
  if (hc_reliability_receiver_get_deadline (self->receiver) <= now)
    return hc_reliability_write_ack (self, buffer);
  return 0;
}

/**
 * hc_reliability_write_ack:
 * @self: a pipe
 * @buffer: (array fixed-size=1041): room for %HC_FRAME_MAX_LENGTH bytes
 *
 * Writes a datagram that says what has come, whether it is time to or not. It
 * is the last word of one who closes the pipe.
 *
 * Returns: how many bytes it has
 */
gsize
hc_reliability_write_ack (HcReliability *self,
                          guint8        *buffer)
{
  HcFrame frame = { .type = HC_FRAME_ACK };

  g_return_val_if_fail (self != NULL && buffer != NULL, 0);

  hc_reliability_receiver_acknowledge (self->receiver, &frame);
  return hc_frame_write (&frame, buffer);
}

/**
 * hc_reliability_get_deadline:
 * @self: a pipe
 *
 * Gets when to call hc_reliability_write() again, if no datagram comes and no
 * packet is put in before.
 *
 * Returns: a time, or %G_MAXINT64 for never
 */
gint64
hc_reliability_get_deadline (HcReliability *self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  return MIN (hc_reliability_sender_get_deadline (self->sender),
              hc_reliability_receiver_get_deadline (self->receiver));
}

/**
 * hc_reliability_is_idle:
 * @self: a pipe
 *
 * Tells whether all that was put in at our end has come out at the other.
 *
 * Returns: %TRUE if there is nothing left to send
 */
gboolean
hc_reliability_is_idle (HcReliability *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return hc_reliability_sender_is_idle (self->sender);
}

/**
 * hc_reliability_is_exhausted:
 * @self: a pipe
 *
 * Tells whether a new pipe is needed, since this one's numbers have come to an
 * end.
 *
 * Returns: %TRUE if no new packet will go out
 */
gboolean
hc_reliability_is_exhausted (HcReliability *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return hc_reliability_sender_is_exhausted (self->sender);
}
