use pets::server::pets::{GetPet, GetPetError, GetPetOk, Pets};
use pets::server::{Caller, Context, app, serve};
use pets::types::{Pet, PetMood};

struct Shelter;

impl Pets for Shelter {
    async fn get_pet(&self, _: &Context, input: GetPet) -> Result<GetPetOk, GetPetError> {
        match input.name.as_str() {
            "Rex" => Ok(GetPetOk::Ok(Pet::new("Rex".to_owned(), PetMood::Calm))),
            name => Err(GetPetError::NotFound(format!("{name} doesn't live here."))),
        }
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    serve(app(Shelter), listener, |_headers| Caller::Anonymous).await
}
