/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-protocol-error.h"
#include "hc-text.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HcPacketType:
 * @HC_PACKET_PROBE: which mode are you in?
 * @HC_PACKET_PROBEACK: the one you asked in
 * @HC_PACKET_REGISTER: this is my ID, address and port
 * @HC_PACKET_REGACK: it is yours
 * @HC_PACKET_REGNACK: it is taken, or there is something wrong with it
 * @HC_PACKET_BRIDGE: I am ready; who else is?
 * @HC_PACKET_BRIDGEACK: this client, or nobody
 * @HC_PACKET_CHAT: to the server: we have met; between peers: hello, or a message
 * @HC_PACKET_QUIT: I am leaving
 * @HC_PACKET_QUITACK: farewell
 * @HC_PACKET_ERROR: that was no request
 * @HC_PACKET_OFFER: behind a hello: this is how I can speak v2
 * @HC_PACKET_CHATACK: then let us
 * @HC_PACKET_HELLO: who I am, and up to where I have heard you
 * @HC_PACKET_REVEAL: what goes into the safety code
 * @HC_PACKET_ACK: up to this it is in the conversation
 * @HC_PACKET_TYPING: I am writing something
 * @HC_PACKET_PING: are you there?
 *
 * The first line of a packet. Source: protocol, sections 2 to 4.
 */
typedef enum
{
  HC_PACKET_PROBE,
  HC_PACKET_PROBEACK,
  HC_PACKET_REGISTER,
  HC_PACKET_REGACK,
  HC_PACKET_REGNACK,
  HC_PACKET_BRIDGE,
  HC_PACKET_BRIDGEACK,
  HC_PACKET_CHAT,
  HC_PACKET_QUIT,
  HC_PACKET_QUITACK,
  HC_PACKET_ERROR,
  HC_PACKET_OFFER,
  HC_PACKET_CHATACK,
  HC_PACKET_HELLO,
  HC_PACKET_REVEAL,
  HC_PACKET_ACK,
  HC_PACKET_TYPING,
  HC_PACKET_PING,
} HcPacketType;

#define HC_N_PACKET_TYPES (HC_PACKET_PING + 1)

/**
 * HcDialect:
 * @HC_DIALECT_RENDEZVOUS: between client and server (protocol, section 2)
 * @HC_DIALECT_PEER: between two clients, in plain view (protocol, section 3)
 * @HC_DIALECT_SECURE: between two clients, encrypted (protocol, section 4)
 *
 * Who speaks with whom. The same word means different things: a server's CHAT
 * names two clients, a peer's CHAT is followed by text.
 */
typedef enum
{
  HC_DIALECT_RENDEZVOUS,
  HC_DIALECT_PEER,
  HC_DIALECT_SECURE,
} HcDialect;

/**
 * HcHeader:
 * @HC_HEADER_CLIENT_ID: `clientID`
 * @HC_HEADER_CLIENT_ID1: `clientID1`
 * @HC_HEADER_CLIENT_ID2: `clientID2`
 * @HC_HEADER_IP: `IP`
 * @HC_HEADER_PORT: `Port`
 * @HC_HEADER_REASON: `Reason`: a code and some words
 * @HC_HEADER_VERSION: `Version`: 2; it and those below are v2's
 * @HC_HEADER_PAD: `Pad`: fills a request up to the size of its reply
 * @HC_HEADER_UDP: `Udp`: the UDP port of a server in TCP mode
 * @HC_HEADER_COOKIE: `Cookie`: shows that the source of a request is no forgery
 * @HC_HEADER_KEY: `Key`: names a public key
 * @HC_HEADER_PROOF: `Proof`: the public key, and a signature by it
 * @HC_HEADER_PATH: `Path`: one way to reach a client; it may stand many times
 * @HC_HEADER_TOKEN: `Token`: owns a registration
 * @HC_HEADER_SEEN: `Seen`: where the server sees a client
 * @HC_HEADER_EXPIRES: `Expires`: how many seconds a registration lasts
 * @HC_HEADER_WITH: `With`: the only client to be matched with
 * @HC_HEADER_WAIT: `Wait`: how many seconds a reply may be held
 * @HC_HEADER_ROLE: `Role`: `caller` or `callee`
 * @HC_HEADER_LOCAL_IP: `LocalIP`: an address behind the same NAT
 * @HC_HEADER_TICKET: `Ticket`: the server's word for a caller
 * @HC_HEADER_SESSION: `Session`: names a match
 * @HC_HEADER_SEQ: `Seq`: the number of a part, in its direction
 * @HC_HEADER_SENT: `Sent`: when, in milliseconds since 1970
 * @HC_HEADER_PART: `Part`: `i/n`, the i-th of the n parts of a message
 * @HC_HEADER_LENGTH: `Length`: how many bytes follow the blank line
 * @HC_HEADER_RESUME: `Resume`: the last part that has come in order
 * @HC_HEADER_PLAIN: `Plain`: SHA-256 of what was said in plain view
 * @HC_HEADER_COMMIT: `Commit`: binds its sender to a nonce
 * @HC_HEADER_NONCE: `Nonce`: that nonce
 * @HC_HEADER_OTHER: one that this version doesn't know; it is kept and skipped
 *
 * The headers that the protocol gives a meaning. Each may stand once, but for
 * `Path`. Source: protocol, sections 2 to 5.
 */
typedef enum
{
  HC_HEADER_CLIENT_ID,
  HC_HEADER_CLIENT_ID1,
  HC_HEADER_CLIENT_ID2,
  HC_HEADER_IP,
  HC_HEADER_PORT,
  HC_HEADER_REASON,
  HC_HEADER_VERSION,
  HC_HEADER_PAD,
  HC_HEADER_UDP,
  HC_HEADER_COOKIE,
  HC_HEADER_KEY,
  HC_HEADER_PROOF,
  HC_HEADER_PATH,
  HC_HEADER_TOKEN,
  HC_HEADER_SEEN,
  HC_HEADER_EXPIRES,
  HC_HEADER_WITH,
  HC_HEADER_WAIT,
  HC_HEADER_ROLE,
  HC_HEADER_LOCAL_IP,
  HC_HEADER_TICKET,
  HC_HEADER_SESSION,
  HC_HEADER_SEQ,
  HC_HEADER_SENT,
  HC_HEADER_PART,
  HC_HEADER_LENGTH,
  HC_HEADER_RESUME,
  HC_HEADER_PLAIN,
  HC_HEADER_COMMIT,
  HC_HEADER_NONCE,
  HC_HEADER_OTHER,
} HcHeader;

/**
 * HcField:
 * @header: which header
 * @value: its value
 *
 * A header to be added to a packet.
 */
typedef struct
{
  HcHeader header;
  const char *value;
} HcField;

/**
 * HC_MAX_WAIT_SECONDS:
 *
 * How long a server may be asked to hold its reply. Source: protocol, section 4.
 */
#define HC_MAX_WAIT_SECONDS 25

#define HC_TYPE_PACKET (hc_packet_get_type ())
G_DECLARE_FINAL_TYPE (HcPacket, hc_packet, HC, PACKET, GObject)

HcPacket       *hc_packet_parse                (const char    *data,
                                                gsize          length,
                                                HcDialect      dialect,
                                                GError       **error);
gboolean        hc_packet_peek_type            (const char    *data,
                                                gsize          length,
                                                HcPacketType  *type);
guint           hc_packet_peek_version         (const char    *data,
                                                gsize          length);
GBytes         *hc_packet_serialise            (HcPacket      *self);
gsize           hc_packet_write                (HcPacket      *self,
                                                char          *buffer,
                                                gsize          size);

HcPacket       *hc_packet_new_probe            (void);
HcPacket       *hc_packet_new_probeack         (void);
HcPacket       *hc_packet_new_register         (const char    *id,
                                                const char    *address,
                                                guint16        port);
HcPacket       *hc_packet_new_regack           (const char    *id,
                                                const char    *address,
                                                guint16        port);
HcPacket       *hc_packet_new_regnack          (const char    *reason);
HcPacket       *hc_packet_new_bridge           (const char    *id);
HcPacket       *hc_packet_new_bridgeack        (const char    *id,
                                                const char    *address,
                                                guint16        port);
HcPacket       *hc_packet_new_bridgeack_empty  (const char    *reason);
HcPacket       *hc_packet_new_chat             (const char    *caller_id,
                                                const char    *callee_id);
HcPacket       *hc_packet_new_quit             (const char    *id);
HcPacket       *hc_packet_new_quitack          (const char    *id);
HcPacket       *hc_packet_new_error            (const char    *reason);

HcPacket       *hc_packet_extend               (HcPacket      *self,
                                                const HcField *fields,
                                                guint          n_fields);

HcPacket       *hc_packet_new_stream_hello     (const char    *id);
HcPacket       *hc_packet_new_datagram_hello   (const char    *id);
HcPacket       *hc_packet_new_message          (const char    *id,
                                                const char    *text);
HcPacket       *hc_packet_new_leave            (void);

HcPacket       *hc_packet_new_peer_probe       (const char    *session);
HcPacket       *hc_packet_new_peer_probeack    (const char    *session);
HcPacket       *hc_packet_new_offer            (const char    *session,
                                                const char    *ticket);
HcPacket       *hc_packet_new_offering_hello   (const char    *id,
                                                const char    *session,
                                                const char    *ticket);
HcPacket       *hc_packet_new_chatack          (const char    *id);
HcPacket       *hc_packet_new_hello            (const HcField *fields,
                                                guint          n_fields);
HcPacket       *hc_packet_new_reveal           (const char    *nonce);
HcPacket       *hc_packet_new_part             (guint32        number,
                                                gint64         sent,
                                                guint          index,
                                                guint          n_parts,
                                                const char    *text,
                                                gsize          length);
HcPacket       *hc_packet_new_ack              (guint32        number);
HcPacket       *hc_packet_new_typing           (void);
HcPacket       *hc_packet_new_ping             (void);
HcPacket       *hc_packet_new_end              (void);

HcPacketType    hc_packet_get_packet_type      (HcPacket      *self);
const char     *hc_packet_get_type_name        (HcPacket      *self);
HcDialect       hc_packet_get_dialect          (HcPacket      *self);
guint           hc_packet_get_n_headers        (HcPacket      *self);
void            hc_packet_get_nth_header       (HcPacket      *self,
                                                guint          index,
                                                const char   **name,
                                                const char   **value);
const char     *hc_packet_get_header           (HcPacket      *self,
                                                HcHeader       header);
const char     *hc_packet_get_header_by_name   (HcPacket      *self,
                                                const char    *name);
const char     *hc_packet_get_path             (HcPacket      *self,
                                                guint          index);
guint           hc_packet_get_number           (HcPacket      *self,
                                                HcHeader       header);
gint64          hc_packet_get_sent             (HcPacket      *self);
gboolean        hc_packet_get_part             (HcPacket      *self,
                                                guint         *index,
                                                guint         *n_parts);
guint16         hc_packet_get_port             (HcPacket      *self);
GSocketAddress *hc_packet_dup_endpoint         (HcPacket      *self);
const char     *hc_packet_get_body             (HcPacket      *self);
gboolean        hc_packet_is_hello             (HcPacket      *self);
HcPacket       *hc_packet_dup_offer            (HcPacket      *self);
char           *hc_packet_dup_text             (HcPacket      *self);

G_END_DECLS
