/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-text.h"

G_BEGIN_DECLS

/**
 * HC_FRAME_WINDOW:
 *
 * How many frames may be on their way: none is sent or taken that is further
 * than this behind the last one that was acknowledged.
 */
#define HC_FRAME_WINDOW 256

/**
 * HC_FRAME_LAST_NUMBER:
 *
 * The last number that is given to a frame. It is not near to where a number
 * would wrap; a conversation that gets there goes on over a new link.
 */
#define HC_FRAME_LAST_NUMBER G_MAXINT32

/**
 * HC_FRAME_HEADER_LENGTH:
 *
 * How many bytes stand before the packet in a frame.
 */
#define HC_FRAME_HEADER_LENGTH 17

/**
 * HC_FRAME_MAX_LENGTH:
 *
 * How many bytes the longest frame has.
 */
#define HC_FRAME_MAX_LENGTH (HC_FRAME_HEADER_LENGTH + HC_PACKET_MAX_LENGTH)

/**
 * HcFrameType:
 * @HC_FRAME_DATA: it carries a packet, and acknowledges
 * @HC_FRAME_ACK: it acknowledges only
 *
 * What a frame is for. Source: protocol, section 4.
 */
typedef enum
{
  HC_FRAME_DATA = 1,
  HC_FRAME_ACK = 2,
} HcFrameType;

#define HC_ACK_N_WORDS (HC_FRAME_WINDOW / 64)

/**
 * HcAck:
 * @acknowledged: all up to this number have come; 0: none
 * @selective: bit i of word w: number acknowledged + 2 + 64 w + i has come
 *
 * What has come. The number behind @acknowledged has no bit, because it is the
 * one that is missing.
 */
typedef struct
{
  guint32 acknowledged;
  guint64 selective[HC_ACK_N_WORDS];
} HcAck;

/**
 * HcFrame:
 * @type: what it is for
 * @number: %HC_FRAME_DATA: which one it is, from 1 to %HC_FRAME_LAST_NUMBER
 * @ack: what has come from the other side; in a %HC_FRAME_DATA, the first word
 *   of its bits only
 * @packet: (array length=length): %HC_FRAME_DATA: the packet
 * @length: how many bytes
 *
 * One datagram between two peers, inside of its encryption.
 */
typedef struct
{
  HcFrameType type;
  guint32 number;
  HcAck ack;
  const guint8 *packet;
  gsize length;
} HcFrame;

gboolean hc_frame_parse    (HcFrame       *self,
                            const guint8  *bytes,
                            gsize          length);
gsize    hc_frame_write    (const HcFrame *self,
                            guint8        *buffer);

gboolean hc_ack_has        (const HcAck   *self,
                            guint32        number);
void     hc_ack_add        (HcAck         *self,
                            guint32        number);
guint64  hc_ack_get_newest (const HcAck   *self);
guint    hc_ack_get_length (const HcAck   *self);

G_END_DECLS
