//! The configurations of rustls that a request asks for.

use std::sync::{Arc, Mutex, PoisonError};

use base64::prelude::{Engine, BASE64_STANDARD};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, Tls12Resumption, WebPkiServerVerifier};
use rustls::crypto::{aws_lc_rs, CryptoProvider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::{ServerSessionMemoryCache, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, ServerConfig, SignatureScheme, SupportedProtocolVersion,
};

use crate::{Request, Result};

const SESSIONS: usize = 64;

/// The version of rustls that the lock file names.
pub fn runtime() -> String {
    let mut lines = include_str!("../Cargo.lock").lines();
    let found = lines.find(|line| *line == "name = \"rustls\"").and_then(|_| lines.next());
    let version = found.and_then(|line| line.split('"').nth(1)).unwrap_or_default();
    format!("{version}, aws-lc-rs")
}

/// The suites and groups of the request only; groups in its order.
fn provider(request: &Request) -> Arc<CryptoProvider> {
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|suite| request.cipher_suites.contains(&suite.suite().into()));
    if let Some(groups) = &request.groups {
        let all = aws_lc_rs::ALL_KX_GROUPS;
        let named = groups.iter().flat_map(|code| all.iter().find(|group| u16::from(group.name()) == *code));
        provider.kx_groups = named.copied().collect();
    }
    Arc::new(provider)
}

fn versions(request: &Request) -> [&'static SupportedProtocolVersion; 1] {
    [if request.version == u16::from(TLS12.version) { &TLS12 } else { &TLS13 }]
}

fn roots(request: &Request) -> Result<Arc<RootCertStore>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(request.authority.as_bytes())?)?;
    Ok(Arc::new(roots))
}

fn identity(request: &Request, certificate: &str) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).collect::<std::result::Result<_, _>>()?;
    Ok((chain, PrivateKeyDer::from_pem_slice(request.key.as_bytes())?))
}

fn protocols(request: &Request) -> Vec<Vec<u8>> {
    request.alpn.iter().map(|name| name.clone().into_bytes()).collect()
}

pub fn server(request: &Request) -> Result<ServerConfig> {
    let provider = provider(request);
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_protocol_versions(&versions(request))?;
    let verifier = if request.client_auth {
        WebPkiClientVerifier::builder_with_provider(roots(request)?, provider).build()?
    } else {
        WebPkiClientVerifier::no_client_auth()
    };
    let (chain, key) = identity(request, request.certificate.as_deref().unwrap_or_default())?;
    let staple = BASE64_STANDARD.decode(&request.ocsp)?;
    let mut config = builder.with_client_cert_verifier(verifier).with_single_cert_with_ocsp(chain, key, staple)?;
    config.alpn_protocols = protocols(request);
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    if !request.no_tickets {
        config.ticketer = aws_lc_rs::Ticketer::new()?;
    }
    Ok(config)
}

pub fn client(request: &Request) -> Result<(ClientConfig, Arc<Stapled>)> {
    let provider = provider(request);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots(request)?, provider.clone()).build()?;
    let stapled = Arc::new(Stapled { verifier, response: Mutex::default() });
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&versions(request))?
        .dangerous()
        .with_custom_certificate_verifier(stapled.clone());
    let mut config = match &request.certificate {
        Some(certificate) => {
            let (chain, key) = identity(request, certificate)?;
            builder.with_client_auth_cert(chain, key)?
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = protocols(request);
    let kind = if request.no_tickets { Tls12Resumption::SessionIdOnly } else { Tls12Resumption::SessionIdOrTickets };
    config.resumption = Resumption::in_memory_sessions(SESSIONS).tls12_resumption(kind);
    Ok((config, stapled))
}

/// The usual verifier, and what response it was shown last.
#[derive(Debug)]
pub struct Stapled {
    verifier: Arc<WebPkiServerVerifier>,
    response: Mutex<Vec<u8>>,
}

impl Stapled {
    pub fn base64(&self) -> String {
        BASE64_STANDARD.encode(&*self.response.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ServerCertVerifier for Stapled {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        *self.response.lock().unwrap_or_else(PoisonError::into_inner) = response.to_vec();
        self.verifier.verify_server_cert(certificate, intermediates, name, response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
