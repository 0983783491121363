//! Which addresses an issuer may have, and which machines the server calls for it.
//!
//! Rules are made by administrators, but what an issuer's name resolves to, and what its discovery document points at, is
//! in other hands. So the address is looked at twice: as text when a rule is kept, and as the peer before a connection is
//! made ([`Reach::admits`]), which is when it counts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use assay_domain::ci_trust::TrustRule;
use url::{Host, Url};

use crate::config;

/// How far the server may reach out for an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reach {
    /// Plain http to this very machine: only where the server itself is reached so, as in development and tests.
    pub loopback_http: bool,
    /// Machines of private networks.
    pub private: bool,
}

impl Reach {
    /// What the server's settings and the rule together allow.
    #[must_use]
    pub fn new(config: &config::Http, rule: &TrustRule) -> Self {
        let own = Url::parse(&config.origin()).ok();
        let loopback_http = own.is_some_and(|own| own.scheme() == "http" && is_loopback_host(&own));
        Self { loopback_http, private: rule.private_network && config.allow_private_issuers }
    }

    /// Whether this may be fetched, as far as its text tells; otherwise why not.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn check(self, address: &str) -> Result<Url, String> {
        let url = Url::parse(address)
            .map_err(|_| "Enter a whole address, like https://ci.example.org.".to_owned())?;
        let plain_loopback = url.scheme() == "http" && is_loopback_host(&url) && self.loopback_http;
        if url.scheme() != "https" && !plain_loopback {
            return Err(
                "The address must begin with https://, so that nobody on the way can put in other keys."
                    .to_owned(),
            );
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err("The address must not hold a user name, a “?” or a “#”.".to_owned());
        }
        if let Some(ip) = literal(&url).filter(|ip| !self.admits(&url, *ip)) {
            return Err(self.refusal(ip));
        }
        Ok(url)
    }

    /// Whether a connection may be made to this machine on behalf of `url`.
    #[must_use]
    pub fn admits(self, url: &Url, peer: IpAddr) -> bool {
        let peer = unmapped(peer);
        if url.scheme() == "http" {
            return self.loopback_http && peer.is_loopback();
        }
        match zone(peer) {
            Zone::Public => true,
            Zone::Private => self.private,
            Zone::Never => false,
        }
    }

    /// Why a machine is not called.
    #[must_use]
    pub fn refusal(self, peer: IpAddr) -> String {
        match zone(unmapped(peer)) {
            Zone::Private if !self.private => format!(
                "{peer} is in a private network. Tick “in a private network” in the rule, and start the server with --allow-private-issuers."
            ),
            _ => format!("{peer} is no machine that an issuer can be on."),
        }
    }
}

fn is_loopback_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Domain(_) => None,
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    Public,
    /// Machines of the operator's own.
    Private,
    /// Link-local, where clouds hand out their secrets, and what is no single machine.
    Never,
}

/// The IPv4 address that an IPv6 one stands for, so that it is not a way around.
fn unmapped(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    let parts = six.segments();
    let four = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Mapped and compatible, NAT64 and 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => four(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => four(high, low),
        [0x2002, high, low, ..] => four(high, low),
        _ => ip,
    }
}

fn zone(ip: IpAddr) -> Zone {
    match ip {
        IpAddr::V4(ip) => zone_of_four(ip),
        IpAddr::V6(ip) => zone_of_six(ip),
    }
}

fn zone_of_four(ip: Ipv4Addr) -> Zone {
    let [a, b, c, _] = ip.octets();
    let odd = matches!((a, b, c), (0, _, _) | (192, 0, 0) | (198, 18 | 19, _) | (224.., _, _));
    if ip.is_link_local() || ip.is_documentation() || odd {
        Zone::Never
    } else if ip.is_private() || ip.is_loopback() || (a == 100 && (64..128).contains(&b)) {
        Zone::Private
    } else {
        Zone::Public
    }
}

fn zone_of_six(ip: Ipv6Addr) -> Zone {
    let [first, second, ..] = ip.segments();
    if ip.is_loopback() || ip.is_unique_local() {
        Zone::Private
    } else if first & 0xe000 != 0x2000 || (first == 0x2001 && matches!(second, 0 | 0xdb8)) {
        // Outside of global unicast; Teredo; documentation.
        Zone::Never
    } else {
        Zone::Public
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: Reach = Reach { loopback_http: false, private: false };
    const INTRANET: Reach = Reach { loopback_http: false, private: true };
    const DEVELOPMENT: Reach = Reach { loopback_http: true, private: false };

    fn admits(reach: Reach, url: &str, ip: &str) -> bool {
        reach.admits(&Url::parse(url).unwrap(), ip.parse().unwrap())
    }

    #[test]
    fn private_machines_are_reached_only_where_both_sides_allow_it() {
        let private = [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ];
        for ip in private {
            assert!(!admits(WORLD, "https://ci.example.org", ip), "{ip}");
            assert!(admits(INTRANET, "https://ci.example.org", ip), "{ip}");
        }
        for ip in ["140.82.112.3", "2606:4700::1111"] {
            assert!(admits(WORLD, "https://ci.example.org", ip), "{ip}");
        }
    }

    #[test]
    fn what_hands_out_secrets_of_a_cloud_is_never_reached() {
        let never = [
            "169.254.169.254",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "::",
            "ff02::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
        ];
        for ip in never {
            assert!(!admits(INTRANET, "https://ci.example.org", ip), "{ip}");
            assert!(!admits(DEVELOPMENT, "http://127.0.0.1", ip), "{ip}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_and_for_development() {
        assert!(
            DEVELOPMENT.check("http://127.0.0.1:9000").is_ok()
                && DEVELOPMENT.check("http://[::1]:9000").is_ok()
        );
        assert!(
            !admits(DEVELOPMENT, "http://localhost:9000", "140.82.112.3"),
            "whatever localhost resolves to"
        );
        for address in
            ["http://ci.example.org", "http://10.0.0.1", "ftp://127.0.0.1", "file:///etc/passwd", "ci"]
        {
            assert!(DEVELOPMENT.check(address).is_err(), "{address}");
        }
        assert!(
            WORLD.check("http://127.0.0.1:9000").is_err() && INTRANET.check("http://127.0.0.1:9000").is_err()
        );
    }

    #[test]
    fn an_address_is_nothing_but_an_address() {
        assert!(WORLD.check("https://gitlab.example.org/path").is_ok());
        for address in [
            "https://u@ci.example.org",
            "https://ci.example.org?x",
            "https://ci.example.org#x",
            "https://10.0.0.1",
        ] {
            assert!(WORLD.check(address).is_err(), "{address}");
        }
    }
}
