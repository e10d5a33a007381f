//! rustls as a peer for the interoperability tests. It reads one JSON request per line and answers each with one JSON
//! line that bears the same id, in any order. "serve" starts an echo server and answers with its port; "seen" tells what
//! that server negotiated with the client of a port; "dial" connects, sends bytes and demands them back.

mod settings;

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, CommonState, HandshakeKind, ServerConfig, ServerConnection, StreamOwned};
use serde::{Deserialize, Serialize};

const LIMIT: Duration = Duration::from_secs(30);

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    id: u64,
    #[serde(rename = "do")]
    action: String,
    port: u16,
    server_name: String,
    version: u16,
    cipher_suites: Vec<u16>,
    groups: Option<Vec<u16>>,
    certificate: Option<String>,
    key: String,
    authority: String,
    client_auth: bool,
    no_tickets: bool,
    alpn: Vec<String>,
    ocsp: String,
    /// Bytes that "dial" sends.
    length: usize,
    /// Bytes after which our keys are updated.
    update_after: Option<usize>,
    /// Connections that "dial" makes one after the other with the same session cache.
    times: usize,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Seen {
    version: u16,
    cipher_suite: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u16>,
    resumed: bool,
    retried: bool,
    alpn: String,
    peer_certificates: usize,
    ocsp: String,
}

#[derive(Serialize, Default)]
struct Answer {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What became of the handshakes of this process's servers, by the client's port.
static SERVED: Mutex<Option<HashMap<u16, Result<Seen>>>> = Mutex::new(None);
static NEWS: Condvar = Condvar::new();

fn put(port: u16, outcome: Result<Seen>) {
    let mut served = SERVED.lock().unwrap_or_else(PoisonError::into_inner);
    served.get_or_insert_default().insert(port, outcome);
    NEWS.notify_all();
}

fn take(port: u16) -> Result<Seen> {
    let served = SERVED.lock().unwrap_or_else(PoisonError::into_inner);
    let missing = |served: &mut Option<HashMap<u16, _>>| !served.get_or_insert_default().contains_key(&port);
    let (mut served, _) = NEWS.wait_timeout_while(served, LIMIT, missing).unwrap_or_else(PoisonError::into_inner);
    served
        .get_or_insert_default()
        .remove(&port)
        .unwrap_or_else(|| Err(format!("no handshake with port {port} was completed").into()))
}

fn see(connection: &CommonState) -> Seen {
    let kind = connection.handshake_kind();
    Seen {
        version: connection.protocol_version().map_or(0, u16::from),
        cipher_suite: connection.negotiated_cipher_suite().map_or(0, |suite| suite.suite().into()),
        group: connection.negotiated_key_exchange_group().map(|group| group.name().into()),
        resumed: kind == Some(HandshakeKind::Resumed),
        retried: kind == Some(HandshakeKind::FullWithHelloRetryRequest),
        alpn: String::from_utf8_lossy(connection.alpn_protocol().unwrap_or_default()).into(),
        peer_certificates: connection.peer_certificates().map_or(0, <[_]>::len),
        ocsp: String::new(),
    }
}

fn limited(socket: TcpStream) -> io::Result<TcpStream> {
    socket.set_read_timeout(Some(LIMIT))?;
    socket.set_write_timeout(Some(LIMIT))?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

fn serve(request: Request) -> Result<u16> {
    let config = Arc::new(settings::server(&request)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        while let Ok((socket, client)) = listener.accept() {
            let (config, update_after) = (config.clone(), request.update_after);
            // What it missed after the handshake the other side says itself.
            thread::spawn(move || echo(config, socket, client, update_after));
        }
    });
    Ok(port)
}

fn accept(config: Arc<ServerConfig>, socket: TcpStream) -> Result<StreamOwned<ServerConnection, TcpStream>> {
    let mut stream = StreamOwned::new(ServerConnection::new(config)?, limited(socket)?);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

fn echo(config: Arc<ServerConfig>, socket: TcpStream, client: SocketAddr, update_after: Option<usize>) -> Result<()> {
    let mut stream = match accept(config, socket) {
        Ok(stream) => stream,
        Err(error) => {
            put(client.port(), Err(error));
            return Ok(());
        }
    };
    put(client.port(), Ok(see(&stream.conn)));
    let mut buffer = vec![0; 0x4000];
    let mut have = 0;
    let mut update_after = update_after;
    loop {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            stream.conn.send_close_notify();
            return Ok(stream.flush()?);
        }
        if update_after.take_if(|limit| have >= *limit).is_some() {
            stream.conn.refresh_traffic_keys()?;
        }
        have += length;
        stream.write_all(&buffer[..length])?;
    }
}

fn dial(request: &Request) -> Result<Seen> {
    let (config, stapled) = settings::client(request)?;
    let config = Arc::new(config);
    let mut last = Seen::default();
    for _ in 0..request.times {
        let name = ServerName::try_from(request.server_name.clone())?;
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, request.port))?;
        let connection = ClientConnection::new(config.clone(), name)?;
        last = exchange(request, StreamOwned::new(connection, limited(socket)?))?;
        last.ocsp = stapled.base64();
    }
    Ok(last)
}

fn exchange(request: &Request, mut stream: StreamOwned<ClientConnection, TcpStream>) -> Result<Seen> {
    let sent: Vec<u8> = (0..request.length).map(|at| (at ^ (at >> 7)) as u8).collect();
    let mut received = vec![0; sent.len()];
    let half = sent.len() / 2;
    for range in [0..half, half..sent.len()] {
        if request.update_after.is_some_and(|limit| range.start >= limit) {
            stream.conn.refresh_traffic_keys()?;
        }
        stream.write_all(&sent[range.clone()])?;
        stream.read_exact(&mut received[range])?;
    }
    if received != sent {
        return Err("the bytes came back changed".into());
    }
    let seen = see(&stream.conn);
    stream.conn.send_close_notify();
    stream.flush()?;
    Ok(seen)
}

fn handle(request: Request) -> Answer {
    let id = request.id;
    let answer = match request.action.as_str() {
        "serve" => serve(request).map(|port| Answer { port: Some(port), ..Answer::default() }),
        "dial" => dial(&request).map(|seen| Answer { seen: Some(seen), ..Answer::default() }),
        "seen" => take(request.port).map(|seen| Answer { seen: Some(seen), ..Answer::default() }),
        "runtime" => Ok(Answer { runtime: Some(settings::runtime()), ..Answer::default() }),
        other => Err(format!("unknown request {other}").into()),
    };
    let answer = answer.unwrap_or_else(|error| Answer { error: Some(error.to_string()), ..Answer::default() });
    Answer { id, ..answer }
}

fn main() -> Result<()> {
    for line in io::stdin().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        thread::spawn(move || match serde_json::to_string(&handle(request)) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("{error}"),
        });
    }
    Ok(())
}
