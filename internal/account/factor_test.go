package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"kakehashi/internal/fault"
)

func TestCodesAreThoseOfRFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := totpAt(secret, at/totpStep); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

// codeNow is what an authenticator application shows.
func (w *town) codeNow(secret string, steps int64) string {
	raw, err := secretText.DecodeString(secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return totpAt(raw, w.Now().Unix()/totpStep+steps)
}

func (w *town) withTOTP(who Who) (secret string, codes []string) {
	w.t.Helper()
	e, err := w.BeginTOTP(w.t.Context(), who)
	w.ok(err, "begin")
	codes, err = w.ConfirmTOTP(w.t.Context(), who, w.codeNow(e.Secret, 0))
	w.ok(err, "confirm")
	return e.Secret, codes
}

func (w *town) pending(login string) string {
	w.t.Helper()
	in, err := w.Authenticate(w.t.Context(), Credentials{Login: login, Password: pass}, here)
	w.ok(err, "password")
	if in.Token != "" || in.Pending == "" {
		w.t.Fatal("a session was opened without the second factor")
	}
	return in.Pending
}

func TestACodeOpensTheSessionOnceAndNeverAgain(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		_, err := w.BeginTOTP(t.Context(), who)
		w.ok(err, "begin")
		_, err = w.ConfirmTOTP(t.Context(), who, "000000")
		w.want(err, fault.Invalid, "confirm with a wrong code")
		secret, _ := w.withTOTP(who)
		used := w.codeNow(secret, 0)
		w.pass(time.Minute)
		code := w.codeNow(secret, 0)
		pending := w.pending("tanaka")
		_, err = w.Second(t.Context(), pending, used, here)
		w.want(err, fault.Invalid, "a code from enrolment")
		pendings := []string{pending, w.pending("tanaka"), w.pending("tanaka")}
		won, kinds := together(3, func(i int) error {
			_, err := w.Second(t.Context(), pendings[i], code[:3]+" "+code[3:], here)
			return err
		})
		if won != 1 || kinds[fault.Invalid] != 2 {
			t.Errorf("one code, three sign-ins at once: %d won, %v", won, kinds)
		}
		_, err = w.Second(t.Context(), w.pending("tanaka"), code, here)
		w.want(err, fault.Invalid, "the same code again")
		in, err := w.Second(t.Context(), w.pending("tanaka"), w.codeNow(secret, 1), here)
		if err != nil || in.Token == "" {
			t.Errorf("the next code, a clock 30 s off: %v", err)
		}
		_, err = w.Second(t.Context(), "guess", w.codeNow(secret, 1), here)
		w.want(err, fault.Missing, "a guessed wait")
	})
}

func TestGuessingCodesIsCutOff(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		w.withTOTP(who)
		pending := w.pending("tanaka")
		_, kinds := together(50, func(int) error { _, err := w.Second(t.Context(), pending, "123456", here); return err })
		if kinds[fault.Invalid] != 5 || kinds[fault.Busy] != 45 {
			t.Errorf("50 guesses: %v", kinds)
		}
		w.pass(11 * time.Minute)
		_, err := w.Second(t.Context(), pending, "123456", here)
		w.want(err, fault.Missing, "a wait of eleven minutes")
	})
}

func TestARecoveryCodeStandsInOnce(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		_, codes := w.withTOTP(who)
		if len(codes) != 10 {
			t.Fatalf("%d codes", len(codes))
		}
		in, err := w.Second(t.Context(), w.pending("tanaka"), " "+codes[3]+" ", here)
		if err != nil || in.Token == "" {
			t.Fatalf("recovery code: %v", err)
		}
		_, err = w.Second(t.Context(), w.pending("tanaka"), codes[3], here)
		w.want(err, fault.Invalid, "the same recovery code")
		if n, _ := w.CodesLeft(t.Context(), who.Person); n != 9 {
			t.Errorf("%d left", n)
		}
		_, err = w.NewCodes(t.Context(), who)
		w.ok(err, "new codes")
		_, err = w.Second(t.Context(), w.pending("tanaka"), codes[4], here)
		w.want(err, fault.Invalid, "a code of the old sheet")
	})
}

func TestALostSecondFactorIsTakenOffByAColleagueOrTheBranchOnly(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("tanaka", RoleStaff, "lg:a")
		colleague, stranger := w.person("yamada", RoleStaff, "lg:a"), w.person("other", RoleApprover, "lg:b")
		branch, otherBranch := w.person("shibu1", RoleBranch, "branch:1"), w.person("shibu2", RoleBranch, "branch:2")
		w.withTOTP(who)
		w.ok(w.RequestReproof(t.Context(), w.pending("tanaka"), "電話を失くしました", here), "ask")
		for _, x := range []Who{who, stranger, otherBranch} {
			list, err := w.Proofs(t.Context(), x)
			if err != nil || len(list) != 0 {
				t.Errorf("%s sees %v, %v", x.Name, list, err)
			}
		}
		list, err := w.Proofs(t.Context(), colleague)
		if err != nil || len(list) != 1 || list[0].Kind != "factor" {
			t.Fatalf("the colleague sees %v, %v", list, err)
		}
		if l, _ := w.Proofs(t.Context(), branch); len(l) != 1 {
			t.Errorf("the branch sees %v", l)
		}
		for _, x := range []Who{who, stranger, otherBranch} {
			w.want(w.Prove(t.Context(), x, list[0].ID, true, ""), fault.Missing, x.Name+" vouches")
		}
		w.ok(w.Prove(t.Context(), colleague, list[0].ID, true, "席で会って確認"), "the colleague vouches")
		w.want(w.Prove(t.Context(), branch, list[0].ID, true, ""), fault.Conflict, "the branch, later")
		in, err := w.Authenticate(t.Context(), Credentials{Login: "tanaka", Password: pass}, here)
		if err != nil || in.Token == "" {
			t.Errorf("sign in with the password alone: %v", err)
		}
		entries, err := w.Journal(t.Context(), who, who.Person, 0, 50)
		if err != nil || entries[1].What != "proof.approved" || entries[1].Actor != colleague.Person {
			t.Errorf("not written down: %v, %v", entries, err)
		}
	})
}

func TestTheTenantCanAskRolesForASecondFactor(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who := w.person("kacho", RoleChief, "hq:keishin")
		tenant, err := w.Tenant(t.Context())
		w.ok(err, "tenant")
		tenant.Second = []Role{RoleChief}
		w.ok(w.SaveTenant(t.Context(), System, tenant), "save")
		in, err := w.Authenticate(t.Context(), Credentials{Login: "kacho", Password: pass}, here)
		w.ok(err, "sign in")
		if x, _ := w.Identify(t.Context(), in.Token); !x.SignedIn() || x.Hat.Role != "" {
			t.Errorf("without a second factor the hat is worn: %+v", x)
		}
		secret, _ := w.withTOTP(who)
		w.pass(time.Minute)
		in, err = w.Second(t.Context(), w.pending("kacho"), w.codeNow(secret, 0), here)
		w.ok(err, "second")
		if x, _ := w.Identify(t.Context(), in.Token); x.Hat.Role != RoleChief {
			t.Errorf("with it the hat is not worn: %+v", x)
		}
	})
}

// device is a passkey as a browser holds it.
type device struct {
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
}

const origin = "https://kakehashi.test"

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *device) authData(flags byte) []byte {
	d.count++
	rp := sha256.Sum256([]byte("kakehashi.test"))
	out := append(rp[:], flags)
	return binary.BigEndian.AppendUint32(out, d.count)
}

func clientData(t *testing.T, kind, origin string, options []byte) []byte {
	t.Helper()
	var o struct{ PublicKey struct{ Challenge string } }
	if err := json.Unmarshal(options, &o); err != nil || o.PublicKey.Challenge == "" {
		t.Fatalf("options %s: %v", options, err)
	}
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": o.PublicKey.Challenge, "origin": origin, "crossOrigin": false})
	return b
}

// create answers navigator.credentials.create with an attestation of kind none; the CBOR is written by hand.
func create(t *testing.T, options []byte) (*device, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		PublicKey struct{ User struct{ ID string } }
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatal(err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	d := &device{key: key, id: make([]byte, 32), handle: handle}
	rand.Read(d.id)
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	data := d.authData(0x45) // present, verified, attested data
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(data, d.id...)
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	data = append(append(data, point[1:33]...), 0x22, 0x58, 0x20)
	data = append(data, point[33:]...)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(append(object, 0x67), "attStmt"...), 0xa0, 0x68)
	object = append(append(object, "authData"...), 0x58, byte(len(data)))
	object = append(object, data...)
	answer, _ := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": map[string]any{
		"clientDataJSON": b64(clientData(t, "webauthn.create", origin, options)), "attestationObject": b64(object)}})
	return d, answer
}

// get answers navigator.credentials.get.
func (d *device) get(t *testing.T, options []byte, at string) []byte {
	client := clientData(t, "webauthn.get", at, options)
	data := d.authData(0x05)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(d.handle)}})
	return answer
}

func TestAPasskeySignsInWithoutAPasswordOnItsOwnOriginOnce(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		who, other := w.person("tanaka", RoleStaff, "lg:a"), w.person("other", RoleStaff, "lg:b")
		options, token, err := w.BeginPasskey(t.Context(), who, origin)
		w.ok(err, "begin")
		d, answer := create(t, options)
		err = w.AddPasskey(t.Context(), other, origin, token, "x", answer)
		w.want(err, fault.Missing, "somebody else's ceremony")
		w.ok(w.AddPasskey(t.Context(), who, origin, token, "机のパソコン", answer), "add")
		err = w.AddPasskey(t.Context(), who, origin, token, "again", answer)
		w.want(err, fault.Missing, "the same ceremony again")

		options, token, err = w.BeginPasskeySignIn(t.Context(), origin, here)
		w.ok(err, "begin sign-in")
		_, err = w.SignInWithPasskey(t.Context(), origin, token, "", d.get(t, options, "https://kakehashi.test.evil.example"), here)
		w.want(err, fault.Invalid, "an answer made on another site")
		forged := *d
		forged.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		_, err = w.SignInWithPasskey(t.Context(), origin, token, "", forged.get(t, options, origin), here)
		w.want(err, fault.Invalid, "another key")
		_, err = w.SignInWithPasskey(t.Context(), origin, token, "", []byte(`{"id":`), here)
		w.want(err, fault.Invalid, "half an answer")
		answer = d.get(t, options, origin)
		in, err := w.SignInWithPasskey(t.Context(), origin, token, "", answer, here)
		if err != nil || in.Person.ID != who.Person {
			t.Fatalf("sign in: %v", err)
		}
		if x, _ := w.Identify(t.Context(), in.Token); x.Person != who.Person {
			t.Errorf("session of %v", x)
		}
		_, err = w.SignInWithPasskey(t.Context(), origin, token, "", answer, here)
		w.want(err, fault.Missing, "the same answer again")

		pending := w.pending("tanaka")
		options, token, _ = w.BeginPasskeySignIn(t.Context(), origin, here)
		if _, err = w.SignInWithPasskey(t.Context(), origin, token, pending, d.get(t, options, origin), here); err != nil {
			t.Errorf("as second factor: %v", err)
		}
		keys, _ := w.Passkeys(t.Context(), who.Person)
		w.want(w.EndPasskey(t.Context(), other, keys[0].ID), fault.Missing, "remove somebody else's")
		w.ok(w.EndPasskey(t.Context(), who, keys[0].ID), "remove")
		options, token, _ = w.BeginPasskeySignIn(t.Context(), origin, here)
		_, err = w.SignInWithPasskey(t.Context(), origin, token, "", d.get(t, options, origin), here)
		w.want(err, fault.Invalid, "a removed passkey")
	})
}
